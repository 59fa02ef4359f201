/* AF_PACKET sockets for ARP and its like in IPv6: whole Ethernet frames of one device. */
#include "addon.h"

#include <arpa/inet.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <sys/socket.h>
#include <unistd.h>

enum heard { ARP, ADVERTISEMENTS };

/* Of all IPv6, where each frame costs, only ICMPv6 (58) of type 136: neighbour advertisements. */
static struct sock_filter advertisement_filter[] = {
    BPF_STMT(BPF_LD | BPF_B | BPF_ABS, ETH_HLEN + 6),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, IPPROTO_ICMPV6, 0, 3),
    BPF_STMT(BPF_LD | BPF_B | BPF_ABS, ETH_HLEN + 40),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 136, 0, 1),
    BPF_STMT(BPF_RET | BPF_K, UINT16_MAX),
    BPF_STMT(BPF_RET | BPF_K, 0),
};

static int set_filter(int fd) {
  struct sock_fprog program = {.len = sizeof advertisement_filter / sizeof *advertisement_filter,
                               .filter = advertisement_filter};
  return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program);
}

/*
 * packetOpen(device, heard): a descriptor that hears the ARP frames of the device, or the neighbour advertisements of
 * IPv6, headers included. ARP unless told.
 */
static napi_value packet_open(napi_env env, napi_callback_info info) {
  struct args args = get_args(env, info);
  char device[IFNAMSIZ];
  int heard = ARP;
  if (!get_text(&args, 0, device, sizeof device)) return NULL;
  if (is_given(&args, 1) && !get_int(&args, 1, ARP, ADVERTISEMENTS, &heard)) return NULL;
  struct sockaddr_ll local = {.sll_family = AF_PACKET, .sll_protocol = htons(heard == ARP ? ETH_P_ARP : ETH_P_IPV6)};
  local.sll_ifindex = (int)if_nametoindex(device);
  if (local.sll_ifindex == 0) return throw_errno(env, errno, "if_nametoindex", device);
  /* Protocol 0 until it is bound: otherwise frames of other devices would slip in before. */
  int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) return throw_errno(env, errno, "socket(AF_PACKET)", device);
  if ((heard == ARP || set_filter(fd) == 0) && bind(fd, (struct sockaddr *)&local, sizeof local) == 0)
    return make_int(env, fd);
  close_keeping_errno(fd);
  return throw_errno(env, errno, "bind", device);
}

/* packetReceive(fd, buffer): the frame's length, or -1 if none waits. */
static napi_value packet_receive(napi_env env, napi_callback_info info) {
  struct args args = get_args(env, info);
  int fd;
  uint8_t *data;
  size_t length;
  if (!get_int(&args, 0, 0, INT32_MAX, &fd) || !get_bytes(&args, 1, &data, &length)) return NULL;
  ssize_t got;
  do got = recv(fd, data, length, MSG_DONTWAIT);
  while (got < 0 && errno == EINTR);
  if (got < 0 && errno != EAGAIN) return throw_errno(env, errno, "recv", NULL);
  return make_int(env, got);
}

void init_packet(napi_env env, napi_value exports) {
  export_function(env, exports, "packetOpen", packet_open);
  export_function(env, exports, "packetSend", send_now);
  export_function(env, exports, "packetReceive", packet_receive);
}
