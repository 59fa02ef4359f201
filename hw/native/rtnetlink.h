/* One question to the kernel's routing socket and its answer, within a bounded time; and how its messages are read. */
#ifndef TWINBEAT_RTNETLINK_H
#define TWINBEAT_RTNETLINK_H

#include <linux/if_addr.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* The kernel never puts more than this into one part of an answer. */
#define RT_PART_MAX 32768

/* A request under construction; it holds every message that the addon sends. */
struct rt_request {
  struct nlmsghdr header;
  union {
    struct ifaddrmsg address;
    struct ifinfomsg link;
  } body;
  char attributes[128];
};

/* Called for each message of a dump. */
typedef void rt_visitor(const struct nlmsghdr *message, void *data);

/* Starts a request of this type and flags with a zeroed body of `body_size` bytes. */
void rt_start(struct rt_request *request, uint16_t type, uint16_t flags, size_t body_size);
void rt_append(struct rt_request *request, uint16_t type, const void *data, size_t length);

/* Both return 0 or an errno. `rt_dump` starts over if the kernel's table changed meanwhile, a few times at most. */
int rt_change(struct rt_request *request);
int rt_dump(struct rt_request *request, rt_visitor *reset, rt_visitor *visit, void *data);

/* What has arrived, from the kernel and nobody else, into a buffer of RT_PART_MAX bytes; its length, or -1 with errno. */
ssize_t rt_next_part(int fd, char *buffer);

#endif
