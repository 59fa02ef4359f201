/*
 * Pseudo-terminals for the laboratory's null-modem cable. Node can read and write terminals but not make one.
 *
 * Node-API only: the addon needs no rebuild for another version of Node. Failures throw an Error that names the
 * call and the system's reason.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <node_api.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

static napi_value fail(napi_env env, const char *call) {
  char text[160];
  snprintf(text, sizeof text, "%s: %s", call, strerror(errno));
  napi_throw_error(env, NULL, text);
  return NULL;
}

/* The settings belong to the pair: what is set through either end holds for both. */
static int make_raw(int fd) {
  struct termios settings;
  if (tcgetattr(fd, &settings) < 0) return -1;
  cfmakeraw(&settings);
  settings.c_cflag |= CLOCAL | CREAD;
  return tcsetattr(fd, TCSANOW, &settings);
}

/* openPty(): { fd, path }: a new pair left raw. `fd` is the master, non-blocking; `path` names the terminal. */
static napi_value open_pty(napi_env env, napi_callback_info info) {
  (void)info;
  char path[64];
  int fd = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
  if (fd < 0) return fail(env, "posix_openpt");
  if (grantpt(fd) < 0 || unlockpt(fd) < 0 || ptsname_r(fd, path, sizeof path) != 0 || make_raw(fd) < 0) {
    napi_value nothing = fail(env, "setting up a pseudo-terminal");
    close(fd);
    return nothing;
  }
  napi_value pair, number, name;
  napi_create_object(env, &pair);
  napi_create_int32(env, fd, &number);
  napi_create_string_utf8(env, path, NAPI_AUTO_LENGTH, &name);
  napi_set_named_property(env, pair, "fd", number);
  napi_set_named_property(env, pair, "path", name);
  return pair;
}

/* resetPty(fd): raw again, and all that waits in either direction is forgotten, as a UART does without power. */
static napi_value reset_pty(napi_env env, napi_callback_info info) {
  size_t count = 1;
  napi_value argument;
  int32_t fd;
  napi_get_cb_info(env, info, &count, &argument, NULL, NULL);
  if (count < 1 || napi_get_value_int32(env, argument, &fd) != napi_ok) {
    napi_throw_type_error(env, NULL, "resetPty wants a file descriptor");
    return NULL;
  }
  if (make_raw(fd) < 0) return fail(env, "tcsetattr");
  if (tcflush(fd, TCIOFLUSH) < 0) return fail(env, "tcflush");
  return NULL;
}

static napi_value init(napi_env env, napi_value exports) {
  const napi_property_descriptor functions[] = {
      {"openPty", NULL, open_pty, NULL, NULL, NULL, napi_enumerable, NULL},
      {"resetPty", NULL, reset_pty, NULL, NULL, NULL, napi_enumerable, NULL},
  };
  napi_define_properties(env, exports, sizeof functions / sizeof functions[0], functions);
  return exports;
}

NAPI_MODULE(NODE_GYP_MODULE_NAME, init)
