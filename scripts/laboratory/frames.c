/*
 * Sockets for the laboratory's crossover cable: all frames of one device. Reading, writing and closing them is Node's.
 *
 * Node-API only: the addon needs no rebuild for another version of Node. Failures throw an Error that names the
 * call and the system's reason.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <node_api.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static napi_value fail(napi_env env, const char *call, const char *device) {
  char text[160];
  snprintf(text, sizeof text, "%s %s: %s", call, device, strerror(errno));
  napi_throw_error(env, NULL, text);
  return NULL;
}

/* Hears all that comes in at the device, whoever it is for, and nothing of what goes out. */
static int set_up(int fd, int device) {
  const struct packet_mreq all = {.mr_ifindex = device, .mr_type = PACKET_MR_PROMISC};
  const struct sockaddr_ll local = {
      .sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL), .sll_ifindex = device};
  const int yes = 1;
  if (setsockopt(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &yes, sizeof yes) < 0) return -1;
  if (setsockopt(fd, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &all, sizeof all) < 0) return -1;
  return bind(fd, (const struct sockaddr *)&local, sizeof local);
}

/* openFrames(device): a descriptor, non-blocking; each read is one frame, and so is each write. */
static napi_value open_frames(napi_env env, napi_callback_info info) {
  size_t count = 1, length = 0;
  napi_value argument;
  char device[IFNAMSIZ];
  napi_get_cb_info(env, info, &count, &argument, NULL, NULL);
  if (count < 1 || napi_get_value_string_utf8(env, argument, device, sizeof device, &length) != napi_ok) {
    napi_throw_type_error(env, NULL, "openFrames wants the name of a device");
    return NULL;
  }
  int index = (int)if_nametoindex(device);
  if (index == 0) return fail(env, "if_nametoindex", device);
  /* Protocol 0 until it is bound: otherwise frames of other devices would slip in before. */
  int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) return fail(env, "socket(AF_PACKET)", device);
  if (set_up(fd, index) < 0) {
    napi_value nothing = fail(env, "setting up a packet socket on", device);
    close(fd);
    return nothing;
  }
  napi_value number;
  napi_create_int32(env, fd, &number);
  return number;
}

static napi_value init(napi_env env, napi_value exports) {
  const napi_property_descriptor functions[] = {
      {"openFrames", NULL, open_frames, NULL, NULL, NULL, napi_enumerable, NULL},
  };
  napi_define_properties(env, exports, sizeof functions / sizeof functions[0], functions);
  return exports;
}

NAPI_MODULE(NODE_GYP_MODULE_NAME, init)
