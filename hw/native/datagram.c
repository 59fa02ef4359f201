/* Datagrams to a unix socket: the system log's, the service manager's. */
#include "addon.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* datagramOpen(path): a descriptor connected to the socket; `@` begins the name of one that has no file. */
static napi_value datagram_open(napi_env env, napi_callback_info info) {
  struct args args = get_args(env, info);
  char path[sizeof((struct sockaddr_un *)NULL)->sun_path];
  if (!get_text(&args, 0, path, sizeof path)) return NULL;
  struct sockaddr_un peer = {.sun_family = AF_UNIX};
  memcpy(peer.sun_path, path, sizeof path);
  /* The kernel takes such a name by its length, with a zero byte in front and none behind. */
  if (path[0] == '@') peer.sun_path[0] = '\0';
  socklen_t length = offsetof(struct sockaddr_un, sun_path) + strlen(path) + (path[0] != '@');
  int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) return throw_errno(env, errno, "socket(AF_UNIX)", path);
  if (connect(fd, (struct sockaddr *)&peer, length) == 0) return make_int(env, fd);
  close_keeping_errno(fd);
  return throw_errno(env, errno, "connect", path);
}

void init_datagram(napi_env env, napi_value exports) {
  export_function(env, exports, "datagramOpen", datagram_open);
  export_function(env, exports, "datagramSend", send_now);
}
