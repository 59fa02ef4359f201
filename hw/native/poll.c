/* Tells JavaScript when a descriptor that Node knows nothing of has something to read. */
#include "addon.h"

#include <stdlib.h>
#include <uv.h>

struct watch {
  uv_poll_t poll;
  napi_env env;
  napi_ref callback;
  napi_async_context context;
  bool open;
};

static void freed(uv_handle_t *handle) { free(handle->data); }

/* Ends the watch; called by unwatch, or by the environment's end where nobody did. */
static void end_watch(void *data) {
  struct watch *watch = data;
  if (!watch->open) return;
  watch->open = false;
  napi_delete_reference(watch->env, watch->callback);
  napi_async_destroy(watch->env, watch->context);
  uv_close((uv_handle_t *)&watch->poll, freed);
}

static void readable(uv_poll_t *poll, int status, int events) {
  (void)events;
  struct watch *watch = poll->data;
  napi_handle_scope scope;
  napi_value callback, global, exception;
  if (napi_open_handle_scope(watch->env, &scope) != napi_ok) return;
  if (napi_get_reference_value(watch->env, watch->callback, &callback) == napi_ok &&
      napi_get_global(watch->env, &global) == napi_ok &&
      napi_make_callback(watch->env, watch->context, global, callback, 0, NULL, NULL) == napi_pending_exception &&
      napi_get_and_clear_last_exception(watch->env, &exception) == napi_ok)
    napi_fatal_exception(watch->env, exception);
  napi_close_handle_scope(watch->env, scope);
  /*
   * libuv ends a poll whose descriptor has an error pending, as a packet socket has when its interface goes down. The
   * read in the callback took the error away, and frames come again once the interface is up.
   */
  if (status < 0 && watch->open) uv_poll_start(poll, UV_READABLE, readable);
}

/*
 * watch(fd, callback): calls back while the descriptor has something to read or an error to tell, which the callback must
 * fetch by reading. Keeps the event loop alive.
 */
static napi_value watch_fd(napi_env env, napi_callback_info info) {
  struct args args = get_args(env, info);
  int fd;
  napi_valuetype type;
  if (!get_int(&args, 0, 0, INT32_MAX, &fd)) return NULL;
  if (napi_typeof(env, args.value[1], &type) != napi_ok || type != napi_function) {
    napi_throw_type_error(env, "ERR_INVALID_ARG_TYPE", "argument 2 must be a function");
    return NULL;
  }
  uv_loop_t *loop;
  struct watch *watch = calloc(1, sizeof *watch);
  if (watch == NULL) return throw_errno(env, ENOMEM, "calloc", NULL);
  int error = napi_get_uv_event_loop(env, &loop) == napi_ok ? uv_poll_init(loop, &watch->poll, fd) : UV_EINVAL;
  if (error != 0) {
    free(watch);
    return throw_errno(env, -error, "uv_poll_init", NULL);
  }
  watch->env = env;
  watch->poll.data = watch;
  watch->open = true;
  napi_value name, handle;
  napi_create_string_utf8(env, "twinbeat.watch", NAPI_AUTO_LENGTH, &name);
  napi_async_init(env, NULL, name, &watch->context);
  napi_create_reference(env, args.value[1], 1, &watch->callback);
  napi_add_env_cleanup_hook(env, end_watch, watch);
  uv_poll_start(&watch->poll, UV_READABLE, readable);
  napi_create_external(env, watch, NULL, NULL, &handle);
  return handle;
}

/* unwatch(handle): once for each watch, before its descriptor is closed; the handle is of no use afterwards. */
static napi_value unwatch(napi_env env, napi_callback_info info) {
  struct args args = get_args(env, info);
  void *watch;
  if (napi_get_value_external(env, args.value[0], &watch) != napi_ok) {
    napi_throw_type_error(env, "ERR_INVALID_ARG_TYPE", "argument 1 must be a watch");
    return NULL;
  }
  napi_remove_env_cleanup_hook(env, end_watch, watch);
  end_watch(watch);
  return NULL;
}

void init_poll(napi_env env, napi_value exports) {
  export_function(env, exports, "watch", watch_fd);
  export_function(env, exports, "unwatch", unwatch);
}
