/* Datagrams to the unix socket of the system log. */
#include "addon.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* syslogOpen(path): a descriptor connected to the log's socket. */
static napi_value syslog_open(napi_env env, napi_callback_info info) {
  struct args args = get_args(env, info);
  struct sockaddr_un peer = {.sun_family = AF_UNIX};
  if (!get_text(&args, 0, peer.sun_path, sizeof peer.sun_path)) return NULL;
  int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) return throw_errno(env, errno, "socket(AF_UNIX)", peer.sun_path);
  if (connect(fd, (struct sockaddr *)&peer, sizeof peer) == 0) return make_int(env, fd);
  close_keeping_errno(fd);
  return throw_errno(env, errno, "connect", peer.sun_path);
}

/* syslogSend(fd, bytes): one line, at once or not at all. */
static napi_value syslog_send(napi_env env, napi_callback_info info) {
  struct args args = get_args(env, info);
  int fd;
  uint8_t *data;
  size_t length;
  if (!get_int(&args, 0, 0, INT32_MAX, &fd) || !get_bytes(&args, 1, &data, &length)) return NULL;
  ssize_t sent;
  do sent = send(fd, data, length, MSG_DONTWAIT | MSG_NOSIGNAL);
  while (sent < 0 && errno == EINTR);
  return sent < 0 ? throw_errno(env, errno, "send", NULL) : NULL;
}

void init_syslog(napi_env env, napi_value exports) {
  export_function(env, exports, "syslogOpen", syslog_open);
  export_function(env, exports, "syslogSend", syslog_send);
}
