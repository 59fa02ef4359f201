/* UDP sockets that belong to one network device (spec wire.md 9). */
#include "addon.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <sys/socket.h>
#include <unistd.h>

/* How a sender reaches its peer; the numbers are those of hw/binding.ts. */
enum { UNICAST = 0, BROADCAST = 1, MULTICAST = 2 };

static bool set_flag(int fd, int level, int option, int value) {
  return setsockopt(fd, level, option, &value, sizeof value) == 0;
}

/* A socket that neither hears nor uses any device but this one; -1 with errno. */
static int open_on(const char *device, const char **syscall) {
  *syscall = "socket";
  int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) return -1;
  *syscall = "setsockopt(SO_BINDTODEVICE)";
  if (setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, device, (socklen_t)strlen(device)) != 0) {
    close_keeping_errno(fd);
    return -1;
  }
  return fd;
}

static struct ip_mreqn membership(uint32_t group, const char *device) {
  struct ip_mreqn request = {.imr_ifindex = (int)if_nametoindex(device)};
  request.imr_multiaddr.s_addr = group;
  return request;
}

/* udpReceiver(device, port, group?): a descriptor bound to 0.0.0.0:port on the device. */
static napi_value udp_receiver(napi_env env, napi_callback_info info) {
  struct args args = get_args(env, info);
  char device[IFNAMSIZ];
  int port;
  uint32_t group = 0;
  if (!get_text(&args, 0, device, sizeof device) || !get_int(&args, 1, 1, 65535, &port)) return NULL;
  if (is_given(&args, 2) && !get_ipv4(&args, 2, &group)) return NULL;

  const char *syscall;
  int fd = open_on(device, &syscall);
  if (fd < 0) return throw_errno(env, errno, syscall, device);
  struct sockaddr_in local = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  bool good = (syscall = "setsockopt(SO_REUSEADDR)", set_flag(fd, SOL_SOCKET, SO_REUSEADDR, 1)) &&
              (syscall = "setsockopt(SO_REUSEPORT)", set_flag(fd, SOL_SOCKET, SO_REUSEPORT, 1)) &&
              (syscall = "bind", bind(fd, (struct sockaddr *)&local, sizeof local) == 0);
  if (good && group != 0) {
    struct ip_mreqn request = membership(group, device);
    syscall = "setsockopt(IP_ADD_MEMBERSHIP)";
    good = setsockopt(fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, &request, sizeof request) == 0;
  }
  if (good) return make_int(env, fd);
  close_keeping_errno(fd);
  return throw_errno(env, errno, syscall, device);
}

static bool prepare_multicast(int fd, const char *device, int ttl, int loop, const char **syscall) {
  struct ip_mreqn request = membership(0, device);
  *syscall = "setsockopt(IP_MULTICAST_IF)";
  if (setsockopt(fd, IPPROTO_IP, IP_MULTICAST_IF, &request, sizeof request) != 0) return false;
  *syscall = "setsockopt(IP_MULTICAST_TTL)";
  if (!set_flag(fd, IPPROTO_IP, IP_MULTICAST_TTL, ttl)) return false;
  *syscall = "setsockopt(IP_MULTICAST_LOOP)";
  return set_flag(fd, IPPROTO_IP, IP_MULTICAST_LOOP, loop);
}

/* udpSender(device, how, ttl, loop): a descriptor with a source port of the kernel's choice. */
static napi_value udp_sender(napi_env env, napi_callback_info info) {
  struct args args = get_args(env, info);
  char device[IFNAMSIZ];
  int how, ttl, loop;
  if (!get_text(&args, 0, device, sizeof device) || !get_int(&args, 1, UNICAST, MULTICAST, &how) ||
      !get_int(&args, 2, 0, 255, &ttl) || !get_int(&args, 3, 0, 1, &loop))
    return NULL;

  const char *syscall;
  int fd = open_on(device, &syscall);
  if (fd < 0) return throw_errno(env, errno, syscall, device);
  bool good = (syscall = "setsockopt(IP_TOS)", set_flag(fd, IPPROTO_IP, IP_TOS, IPTOS_LOWDELAY));
  if (good && how == BROADCAST)
    good = (syscall = "setsockopt(SO_BROADCAST)", set_flag(fd, SOL_SOCKET, SO_BROADCAST, 1)) &&
           (syscall = "setsockopt(SO_DONTROUTE)", set_flag(fd, SOL_SOCKET, SO_DONTROUTE, 1));
  if (good && how == MULTICAST) good = prepare_multicast(fd, device, ttl, loop, &syscall);
  if (good) return make_int(env, fd);
  close_keeping_errno(fd);
  return throw_errno(env, errno, syscall, device);
}

/* udpSend(fd, bytes, address, port): one datagram, at once or not at all. */
static napi_value udp_send(napi_env env, napi_callback_info info) {
  struct args args = get_args(env, info);
  int fd, port;
  uint8_t *data;
  size_t length;
  struct sockaddr_in peer = {.sin_family = AF_INET};
  if (!get_int(&args, 0, 0, INT32_MAX, &fd) || !get_bytes(&args, 1, &data, &length) ||
      !get_ipv4(&args, 2, &peer.sin_addr.s_addr) || !get_int(&args, 3, 1, 65535, &port))
    return NULL;
  peer.sin_port = htons((uint16_t)port);
  ssize_t sent;
  do sent = sendto(fd, data, length, MSG_DONTWAIT, (struct sockaddr *)&peer, sizeof peer);
  while (sent < 0 && errno == EINTR);
  return sent < 0 ? throw_errno(env, errno, "sendto", NULL) : NULL;
}

void init_udp(napi_env env, napi_value exports) {
  export_function(env, exports, "udpReceiver", udp_receiver);
  export_function(env, exports, "udpSender", udp_sender);
  export_function(env, exports, "udpSend", udp_send);
}
