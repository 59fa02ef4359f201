/* The Linux watchdog interface: only what a write cannot say. */
#include "addon.h"

#include <linux/watchdog.h>
#include <sys/ioctl.h>
#include <unistd.h>

/*
 * watchdogTimeout(fd, seconds): asks for a timeout, or leaves it with 0. Returns the seconds that the card
 * took (it may round), or null if this is no watchdog or it cannot say.
 */
static napi_value watchdog_timeout(napi_env env, napi_callback_info info) {
  struct args args = get_args(env, info);
  int fd, seconds;
  if (!get_int(&args, 0, 0, INT32_MAX, &fd) || !get_int(&args, 1, 0, 86400, &seconds)) return NULL;
  /* ENOTTY, EINVAL, EOPNOTSUPP: not a watchdog, or one with a fixed timeout; reading it back tells which. */
  if (seconds > 0 && ioctl(fd, WDIOC_SETTIMEOUT, &seconds) != 0 && errno == EBADF)
    return throw_errno(env, errno, "ioctl(WDIOC_SETTIMEOUT)", NULL);
  napi_value none;
  napi_get_null(env, &none);
  return ioctl(fd, WDIOC_GETTIMEOUT, &seconds) == 0 ? make_int(env, seconds) : none;
}

/* watchdogOptions(fd): the WDIOF_ bits of what the driver can do; null if this is no watchdog or it cannot say. */
static napi_value watchdog_options(napi_env env, napi_callback_info info) {
  struct args args = get_args(env, info);
  struct watchdog_info about = {0};
  int fd;
  if (!get_int(&args, 0, 0, INT32_MAX, &fd)) return NULL;
  napi_value none;
  napi_get_null(env, &none);
  return ioctl(fd, WDIOC_GETSUPPORT, &about) == 0 ? make_int(env, about.options) : none;
}

/* watchdogBootStatus(fd): the WDIOF_ bits of why the machine booted; 0 if it cannot say. */
static napi_value watchdog_boot_status(napi_env env, napi_callback_info info) {
  struct args args = get_args(env, info);
  int fd, status;
  if (!get_int(&args, 0, 0, INT32_MAX, &fd)) return NULL;
  return make_int(env, ioctl(fd, WDIOC_GETBOOTSTATUS, &status) == 0 ? status : 0);
}

void init_watchdog(napi_env env, napi_value exports) {
  export_function(env, exports, "watchdogTimeout", watchdog_timeout);
  export_function(env, exports, "watchdogOptions", watchdog_options);
  export_function(env, exports, "watchdogBootStatus", watchdog_boot_status);
}
