/* ask SOCKET LINE: send a line to a local socket, print the first line of the answer. Ends by itself within 3 s. */
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static int fail(const char *call) {
  perror(call);
  return 1;
}

int main(int count, char **words) {
  static char buffer[1 << 16];
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  if (count != 3) return fputs("usage: ask SOCKET LINE\n", stderr), 2;
  strncpy(address.sun_path, words[1], sizeof address.sun_path - 1);
  alarm(3);
  int fd = socket(AF_UNIX, SOCK_STREAM, 0);
  if (fd < 0) return fail("socket");
  if (connect(fd, (struct sockaddr *)&address, sizeof address) < 0) return fail(words[1]);
  if (dprintf(fd, "%s\n", words[2]) < 0) return fail("write");
  for (;;) {
    ssize_t length = read(fd, buffer, sizeof buffer);
    if (length < 0) return fail("read");
    if (length == 0) return fputs("no answer\n", stderr), 1;
    char *end = memchr(buffer, '\n', (size_t)length);
    size_t used = end ? (size_t)(end - buffer) + 1 : (size_t)length;
    fwrite(buffer, 1, used, stdout);
    if (end) return fflush(stdout) == 0 ? 0 : 1;
  }
}
