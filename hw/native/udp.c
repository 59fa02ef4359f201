/* UDP sockets that belong to one network device (spec wire.md 9). */
#include "addon.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <sys/socket.h>
#include <unistd.h>

/* How a sender reaches its peer; the numbers are those of hw/binding.ts. */
enum { UNICAST = 0, BROADCAST = 1, MULTICAST = 2 };

/* Where a socket sends to or hears at. A link-local address needs no scope: the socket belongs to its device. */
static socklen_t socket_address(const struct ip_address *address, int port, struct sockaddr_storage *result) {
  memset(result, 0, sizeof *result);
  if (address->family == AF_INET6) {
    struct sockaddr_in6 *ip6 = (struct sockaddr_in6 *)result;
    ip6->sin6_family = AF_INET6;
    ip6->sin6_port = htons((uint16_t)port);
    memcpy(&ip6->sin6_addr, address->bytes, address->size);
    return sizeof *ip6;
  }
  struct sockaddr_in *ip4 = (struct sockaddr_in *)result;
  ip4->sin_family = AF_INET;
  ip4->sin_port = htons((uint16_t)port);
  memcpy(&ip4->sin_addr, address->bytes, address->size);
  return sizeof *ip4;
}

static bool set_flag(int fd, int level, int option, int value) {
  return setsockopt(fd, level, option, &value, sizeof value) == 0;
}

/* A socket that neither hears nor uses any device but this one; -1 with errno. */
static int open_on(int family, const char *device, const char **syscall) {
  *syscall = "socket";
  int fd = socket(family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) return -1;
  *syscall = "setsockopt(SO_BINDTODEVICE)";
  if (setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, device, (socklen_t)strlen(device)) != 0) {
    close_keeping_errno(fd);
    return -1;
  }
  return fd;
}

static struct ip_mreqn membership(const char *device) {
  return (struct ip_mreqn){.imr_ifindex = (int)if_nametoindex(device)};
}

static bool join(int fd, const struct ip_address *group, const char *device, const char **syscall) {
  if (group->family == AF_INET6) {
    struct ipv6_mreq request = {.ipv6mr_interface = if_nametoindex(device)};
    memcpy(&request.ipv6mr_multiaddr, group->bytes, group->size);
    *syscall = "setsockopt(IPV6_JOIN_GROUP)";
    return setsockopt(fd, IPPROTO_IPV6, IPV6_JOIN_GROUP, &request, sizeof request) == 0;
  }
  struct ip_mreqn request = membership(device);
  memcpy(&request.imr_multiaddr, group->bytes, group->size);
  *syscall = "setsockopt(IP_ADD_MEMBERSHIP)";
  return setsockopt(fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, &request, sizeof request) == 0;
}

/* udpReceiver(device, port, group?, ipv6): a descriptor bound to the port of any address of the device. */
static napi_value udp_receiver(napi_env env, napi_callback_info info) {
  struct args args = get_args(env, info);
  char device[IFNAMSIZ];
  int port, ipv6;
  struct ip_address group;
  bool joins = is_given(&args, 2);
  if (!get_text(&args, 0, device, sizeof device) || !get_int(&args, 1, 1, 65535, &port) ||
      (joins && !get_ip(&args, 2, &group)) || !get_int(&args, 3, 0, 1, &ipv6))
    return NULL;

  struct ip_address any = {.family = ipv6 ? AF_INET6 : AF_INET};
  struct sockaddr_storage local;
  socklen_t size = socket_address(&any, port, &local);
  const char *syscall;
  int fd = open_on(any.family, device, &syscall);
  if (fd < 0) return throw_errno(env, errno, syscall, device);
  bool good = (syscall = "setsockopt(SO_REUSEADDR)", set_flag(fd, SOL_SOCKET, SO_REUSEADDR, 1)) &&
              (syscall = "setsockopt(SO_REUSEPORT)", set_flag(fd, SOL_SOCKET, SO_REUSEPORT, 1)) &&
              (syscall = "setsockopt(IPV6_V6ONLY)", !ipv6 || set_flag(fd, IPPROTO_IPV6, IPV6_V6ONLY, 1)) &&
              (syscall = "bind", bind(fd, (struct sockaddr *)&local, size) == 0) &&
              (!joins || join(fd, &group, device, &syscall));
  if (good) return make_int(env, fd);
  close_keeping_errno(fd);
  return throw_errno(env, errno, syscall, device);
}

static bool prepare_multicast(int fd, const char *device, int ttl, int loop, const char **syscall) {
  struct ip_mreqn request = membership(device);
  *syscall = "setsockopt(IP_MULTICAST_IF)";
  if (setsockopt(fd, IPPROTO_IP, IP_MULTICAST_IF, &request, sizeof request) != 0) return false;
  *syscall = "setsockopt(IP_MULTICAST_TTL)";
  if (!set_flag(fd, IPPROTO_IP, IP_MULTICAST_TTL, ttl)) return false;
  *syscall = "setsockopt(IP_MULTICAST_LOOP)";
  return set_flag(fd, IPPROTO_IP, IP_MULTICAST_LOOP, loop);
}

/* The hops of IPv6 are its TTL. */
static bool prepare_multicast6(int fd, const char *device, int hops, int loop, const char **syscall) {
  *syscall = "setsockopt(IPV6_MULTICAST_IF)";
  if (!set_flag(fd, IPPROTO_IPV6, IPV6_MULTICAST_IF, (int)if_nametoindex(device))) return false;
  *syscall = "setsockopt(IPV6_MULTICAST_HOPS)";
  if (!set_flag(fd, IPPROTO_IPV6, IPV6_MULTICAST_HOPS, hops)) return false;
  *syscall = "setsockopt(IPV6_MULTICAST_LOOP)";
  return set_flag(fd, IPPROTO_IPV6, IPV6_MULTICAST_LOOP, loop);
}

/* udpSender(device, how, ttl, loop, ipv6): a descriptor with a source port of the kernel's choice. */
static napi_value udp_sender(napi_env env, napi_callback_info info) {
  struct args args = get_args(env, info);
  char device[IFNAMSIZ];
  int how, ttl, loop, ipv6;
  if (!get_text(&args, 0, device, sizeof device) || !get_int(&args, 1, UNICAST, MULTICAST, &how) ||
      !get_int(&args, 2, 0, 255, &ttl) || !get_int(&args, 3, 0, 1, &loop) || !get_int(&args, 4, 0, 1, &ipv6))
    return NULL;

  const char *syscall;
  int fd = open_on(ipv6 ? AF_INET6 : AF_INET, device, &syscall);
  if (fd < 0) return throw_errno(env, errno, syscall, device);
  /* A Heartbeat leaves the traffic class of IPv6 as it is. */
  bool good = (syscall = "setsockopt(IP_TOS)", ipv6 || set_flag(fd, IPPROTO_IP, IP_TOS, IPTOS_LOWDELAY));
  if (good && how == BROADCAST)
    good = (syscall = "setsockopt(SO_BROADCAST)", set_flag(fd, SOL_SOCKET, SO_BROADCAST, 1)) &&
           (syscall = "setsockopt(SO_DONTROUTE)", set_flag(fd, SOL_SOCKET, SO_DONTROUTE, 1));
  if (good && how == MULTICAST) good = (ipv6 ? prepare_multicast6 : prepare_multicast)(fd, device, ttl, loop, &syscall);
  if (good) return make_int(env, fd);
  close_keeping_errno(fd);
  return throw_errno(env, errno, syscall, device);
}

/* Without its device a socket of IPv6 only says that it finds no way. */
static bool device_is_gone(int fd) {
  char device[IFNAMSIZ];
  socklen_t size = sizeof device;
  return getsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, device, &size) != 0 && errno == ENODEV;
}

/* udpSend(fd, bytes, address, port): one datagram, at once or not at all. */
static napi_value udp_send(napi_env env, napi_callback_info info) {
  struct args args = get_args(env, info);
  int fd, port;
  uint8_t *data;
  size_t length;
  struct ip_address address;
  if (!get_int(&args, 0, 0, INT32_MAX, &fd) || !get_bytes(&args, 1, &data, &length) ||
      !get_ip(&args, 2, &address) || !get_int(&args, 3, 1, 65535, &port))
    return NULL;
  struct sockaddr_storage peer;
  socklen_t size = socket_address(&address, port, &peer);
  ssize_t sent;
  do sent = sendto(fd, data, length, MSG_DONTWAIT, (struct sockaddr *)&peer, size);
  while (sent < 0 && errno == EINTR);
  if (sent >= 0) return NULL;
  int error = errno;
  return throw_errno(env, error == ENETUNREACH && device_is_gone(fd) ? ENODEV : error, "sendto", NULL);
}

void init_udp(napi_env env, napi_value exports) {
  export_function(env, exports, "udpReceiver", udp_receiver);
  export_function(env, exports, "udpSender", udp_sender);
  export_function(env, exports, "udpSend", udp_send);
}
