/* See rtnetlink.h. A socket for each question: nothing stale can wait in it, and nothing is shared. */
#include "addon.h"

#include "rtnetlink.h"

#include <stdlib.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#define DUMPS_MAX 4

void rt_start(struct rt_request *request, uint16_t type, uint16_t flags, size_t body_size) {
  memset(request, 0, sizeof *request);
  request->header.nlmsg_type = type;
  request->header.nlmsg_flags = NLM_F_REQUEST | flags;
  request->header.nlmsg_seq = 1;
  request->header.nlmsg_len = (uint32_t)NLMSG_LENGTH(body_size);
}

void rt_append(struct rt_request *request, uint16_t type, const void *data, size_t length) {
  size_t at = NLMSG_ALIGN(request->header.nlmsg_len);
  struct rtattr *attribute = (struct rtattr *)((char *)request + at);
  attribute->rta_type = type;
  attribute->rta_len = (uint16_t)RTA_LENGTH(length);
  memcpy(RTA_DATA(attribute), data, length);
  request->header.nlmsg_len = (uint32_t)(at + RTA_ALIGN(attribute->rta_len));
}

/* -1 with errno. The kernel answers at once; the time limit is for the day when it does not. */
static int ask(const struct rt_request *request) {
  int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
  if (fd < 0) return -1;
  struct timeval limit = {.tv_sec = 1};
  struct sockaddr_nl kernel = {.nl_family = AF_NETLINK};
  if (setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit) == 0 &&
      sendto(fd, request, request->header.nlmsg_len, 0, (struct sockaddr *)&kernel, sizeof kernel) >= 0)
    return fd;
  close_keeping_errno(fd);
  return -1;
}

ssize_t rt_next_part(int fd, char *buffer) {
  for (;;) {
    struct sockaddr_nl from;
    socklen_t size = sizeof from;
    ssize_t got = recvfrom(fd, buffer, RT_PART_MAX, MSG_TRUNC, (struct sockaddr *)&from, &size);
    if (got < 0 && errno == EINTR) continue;
    if (got >= 0 && from.nl_pid != 0) continue;
    if (got <= RT_PART_MAX) return got;
    errno = EMSGSIZE;
    return -1;
  }
}

static int error_of(const struct nlmsghdr *message) {
  if (message->nlmsg_len < NLMSG_LENGTH(sizeof(struct nlmsgerr))) return EBADMSG;
  return -((const struct nlmsgerr *)NLMSG_DATA(message))->error;
}

/* Visits until the kernel says that it is done; 0, an errno, or -1 if the table changed under the dump. */
static int collect(int fd, char *buffer, rt_visitor *visit, void *data) {
  bool interrupted = false;
  for (;;) {
    ssize_t length = rt_next_part(fd, buffer);
    if (length < 0) return errno == EAGAIN ? ETIMEDOUT : errno;
    size_t left = (size_t)length;
    for (struct nlmsghdr *message = (struct nlmsghdr *)buffer; NLMSG_OK(message, left);
         message = NLMSG_NEXT(message, left)) {
      interrupted |= (message->nlmsg_flags & NLM_F_DUMP_INTR) != 0;
      if (message->nlmsg_type == NLMSG_ERROR) return error_of(message);
      if (message->nlmsg_type == NLMSG_DONE) return interrupted ? -1 : 0;
      if (visit != NULL) visit(message, data);
    }
  }
}

static int converse(const struct rt_request *request, rt_visitor *visit, void *data) {
  char *buffer = malloc(RT_PART_MAX);
  if (buffer == NULL) return ENOMEM;
  int fd = ask(request);
  int error = fd < 0 ? errno : collect(fd, buffer, visit, data);
  if (fd >= 0) close(fd);
  free(buffer);
  return error;
}

int rt_change(struct rt_request *request) {
  request->header.nlmsg_flags |= NLM_F_ACK;
  return converse(request, NULL, NULL);
}

int rt_dump(struct rt_request *request, rt_visitor *reset, rt_visitor *visit, void *data) {
  request->header.nlmsg_flags |= NLM_F_DUMP;
  int error = 0;
  for (int round = 0; round < DUMPS_MAX; round++) {
    reset(NULL, data);
    error = converse(request, visit, data);
    if (error >= 0) return error;
  }
  return EAGAIN;
}
