/* Arguments from JavaScript and errors to it. */
#include "addon.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <unistd.h>
#include <uv.h>

struct args get_args(napi_env env, napi_callback_info info) {
  struct args args = {.env = env};
  size_t count = ARGS_MAX;
  /* N-API fills what the caller left out with undefined. */
  if (napi_get_cb_info(env, info, &count, args.value, NULL, NULL) != napi_ok)
    napi_fatal_error("twinbeat", NAPI_AUTO_LENGTH, "no arguments", NAPI_AUTO_LENGTH);
  return args;
}

static bool type_error(const struct args *args, int index, const char *expected) {
  char text[96];
  snprintf(text, sizeof text, "argument %d must be %s", index + 1, expected);
  napi_throw_type_error(args->env, "ERR_INVALID_ARG_TYPE", text);
  return false;
}

bool is_given(const struct args *args, int index) {
  napi_valuetype type = napi_undefined;
  napi_typeof(args->env, args->value[index], &type);
  return type != napi_undefined && type != napi_null;
}

bool get_int(const struct args *args, int index, int64_t low, int64_t high, int *result) {
  int64_t value;
  if (napi_get_value_int64(args->env, args->value[index], &value) != napi_ok) return type_error(args, index, "a number");
  if (value < low || value > high) return type_error(args, index, "a number in range");
  *result = (int)value;
  return true;
}

bool get_text(const struct args *args, int index, char *result, size_t size) {
  size_t length;
  if (napi_get_value_string_utf8(args->env, args->value[index], NULL, 0, &length) != napi_ok)
    return type_error(args, index, "a string");
  if (length == 0 || length >= size) return type_error(args, index, "a string that is neither empty nor too long");
  napi_get_value_string_utf8(args->env, args->value[index], result, size, &length);
  return true;
}

bool get_bytes(const struct args *args, int index, uint8_t **data, size_t *length) {
  napi_typedarray_type type;
  bool is_typed = false;
  napi_is_typedarray(args->env, args->value[index], &is_typed);
  if (!is_typed) return type_error(args, index, "a Uint8Array");
  void *start;
  if (napi_get_typedarray_info(args->env, args->value[index], &type, length, &start, NULL, NULL) != napi_ok ||
      type != napi_uint8_array)
    return type_error(args, index, "a Uint8Array");
  *data = start;
  return true;
}

bool get_ipv4(const struct args *args, int index, uint32_t *network_order) {
  char text[INET_ADDRSTRLEN];
  if (!get_text(args, index, text, sizeof text)) return false;
  struct in_addr address;
  if (inet_pton(AF_INET, text, &address) != 1) return type_error(args, index, "an IPv4 address");
  *network_order = address.s_addr;
  return true;
}

bool get_ip(const struct args *args, int index, struct ip_address *result) {
  char text[INET6_ADDRSTRLEN];
  if (!get_text(args, index, text, sizeof text)) return false;
  result->family = strchr(text, ':') == NULL ? AF_INET : AF_INET6;
  result->size = result->family == AF_INET6 ? 16 : 4;
  return inet_pton(result->family, text, result->bytes) == 1 || type_error(args, index, "an IP address");
}

napi_value make_int(napi_env env, int64_t value) {
  napi_value result = NULL;
  napi_create_int64(env, value, &result);
  return result;
}

void set_property(napi_env env, napi_value object, const char *name, napi_value value) {
  napi_set_named_property(env, object, name, value);
}

void set_text(napi_env env, napi_value object, const char *name, const char *value) {
  napi_value text;
  if (napi_create_string_utf8(env, value, NAPI_AUTO_LENGTH, &text) == napi_ok) set_property(env, object, name, text);
}

napi_value throw_errno(napi_env env, int error, const char *syscall, const char *subject) {
  char text[TEXT_MAX + 128], code[48];
  uv_err_name_r(-error, code, sizeof code);
  const char *space = subject ? " " : "";
  snprintf(text, sizeof text, "%s: %s, %s%s%s", code, strerror(error), syscall, space, subject ? subject : "");
  napi_value message, exception;
  if (napi_create_string_utf8(env, text, NAPI_AUTO_LENGTH, &message) != napi_ok ||
      napi_create_error(env, NULL, message, &exception) != napi_ok) {
    napi_throw_error(env, code, text);
    return NULL;
  }
  set_text(env, exception, "code", code);
  set_property(env, exception, "errno", make_int(env, -error));
  set_text(env, exception, "syscall", syscall);
  napi_throw(env, exception);
  return NULL;
}

void close_keeping_errno(int fd) {
  int saved = errno;
  close(fd);
  errno = saved;
}

void export_function(napi_env env, napi_value exports, const char *name, napi_callback function) {
  napi_value value;
  if (napi_create_function(env, name, NAPI_AUTO_LENGTH, function, NULL, &value) == napi_ok)
    set_property(env, exports, name, value);
}
