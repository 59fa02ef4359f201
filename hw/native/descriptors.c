/* File descriptors and the children that must not inherit them. */
#include "addon.h"

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

void init_descriptors(napi_env env, napi_value exports) {
  export_function(env, exports, "closeOnExec", close_on_exec);
}
