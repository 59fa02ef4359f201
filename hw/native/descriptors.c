/* What goes for every descriptor: children that must not inherit it, a packet that leaves by it. */
#include "addon.h"

#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef CLOSE_RANGE_CLOEXEC
#define CLOSE_RANGE_CLOEXEC (1U << 2)
#endif

/*
 * closeOnExec(): marks every descriptor but the standard three so that no child inherits it. For libraries that
 * open theirs without O_CLOEXEC. False on a kernel older than 5.11, which cannot do it in one call.
 */
static napi_value close_on_exec(napi_env env, napi_callback_info info) {
  (void)info;
  bool done = false;
#ifdef SYS_close_range
  done = syscall(SYS_close_range, 3U, ~0U, CLOSE_RANGE_CLOEXEC) == 0;
#endif
  napi_value result = NULL;
  napi_get_boolean(env, done, &result);
  return result;
}

/* ...Send(fd, bytes): one frame or datagram to where the socket is bound or connected, at once or not at all. */
napi_value send_now(napi_env env, napi_callback_info info) {
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

void init_descriptors(napi_env env, napi_value exports) {
  export_function(env, exports, "closeOnExec", close_on_exec);
}
