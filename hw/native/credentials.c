/* Who is at the other end of a unix socket. */
#include "addon.h"

#include <stdlib.h>
#include <sys/socket.h>

#ifndef SO_PEERGROUPS
#define SO_PEERGROUPS 59
#endif

static napi_value make_groups(napi_env env, const gid_t *groups, size_t count) {
  napi_value list;
  napi_create_array_with_length(env, count, &list);
  for (size_t i = 0; i < count; i++) napi_set_element(env, list, i, make_int(env, groups[i]));
  return list;
}

/* The groups besides its own; a kernel older than 4.13 cannot tell them: then there are none. */
static napi_value other_groups(napi_env env, int fd) {
  socklen_t size = 0;
  /* Asked with no room the kernel says how much it takes. */
  if (getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, NULL, &size) == 0 || errno != ERANGE) return make_groups(env, NULL, 0);
  gid_t *groups = malloc(size);
  if (groups == NULL) return throw_errno(env, ENOMEM, "getsockopt(SO_PEERGROUPS)", NULL);
  size_t count = getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, groups, &size) == 0 ? size / sizeof *groups : 0;
  napi_value list = make_groups(env, groups, count);
  free(groups);
  return list;
}

/* peerCredentials(fd): { uid, gid, groups } of the process as it was when it connected. */
static napi_value peer_credentials(napi_env env, napi_callback_info info) {
  struct args args = get_args(env, info);
  struct ucred peer;
  socklen_t size = sizeof peer;
  int fd;
  if (!get_int(&args, 0, 0, INT32_MAX, &fd)) return NULL;
  if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0)
    return throw_errno(env, errno, "getsockopt(SO_PEERCRED)", NULL);
  napi_value groups = other_groups(env, fd), result;
  if (groups == NULL || napi_create_object(env, &result) != napi_ok) return NULL;
  set_property(env, result, "uid", make_int(env, peer.uid));
  set_property(env, result, "gid", make_int(env, peer.gid));
  set_property(env, result, "groups", groups);
  return result;
}

void init_credentials(napi_env env, napi_value exports) {
  export_function(env, exports, "peerCredentials", peer_credentials);
}
