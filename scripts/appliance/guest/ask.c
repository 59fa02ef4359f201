/*
 * ask SOCKET LINE [SECONDS]: send a line to a local socket, print the first line of the answer within 3 s; with SECONDS, all lines
 * until the one that says whether it went well, within that time.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
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
  if (count < 3 || count > 4) return fputs("usage: ask SOCKET LINE [SECONDS]\n", stderr), 2;
  int seconds = count == 4 ? atoi(words[3]) : 0;
  strncpy(address.sun_path, words[1], sizeof address.sun_path - 1);
  alarm(seconds > 0 ? (unsigned)seconds : 3);
  int fd = socket(AF_UNIX, SOCK_STREAM, 0);
  if (fd < 0) return fail("socket");
  if (connect(fd, (struct sockaddr *)&address, sizeof address) < 0) return fail(words[1]);
  if (dprintf(fd, "%s\n", words[2]) < 0) return fail("write");
  for (int said = 0;; said = 1) {
    ssize_t length = read(fd, buffer, sizeof buffer);
    if (length < 0) return fail("read");
    if (length == 0 && said) return 0;
    if (length == 0) return fputs("no answer\n", stderr), 1;
    char *end = memchr(buffer, '\n', (size_t)length);
    size_t used = end && seconds == 0 ? (size_t)(end - buffer) + 1 : (size_t)length;
    fwrite(buffer, 1, used, stdout);
    if (fflush(stdout) != 0) return 1;
    if (end && (seconds == 0 || memmem(buffer, (size_t)length, "\"ok\":", 5))) return 0;
  }
}
