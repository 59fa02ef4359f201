/* Network interfaces, read by rtnetlink, and the news of them. */
#include "addon.h"

#include "list.h"
#include "rtnetlink.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

/* What one call reads at most: a storm of news leaves time for everything else. */
#define PARTS_PER_CALL 64

static const struct rtattr *link_attribute(const struct nlmsghdr *message, uint16_t type) {
  size_t left = IFLA_PAYLOAD(message);
  for (const struct rtattr *a = IFLA_RTA(NLMSG_DATA(message)); RTA_OK(a, left); a = RTA_NEXT(a, left))
    if (a->rta_type == type) return a;
  return NULL;
}

static void set_mac(napi_env env, napi_value object, const struct rtattr *attribute) {
  char text[18] = "";
  if (attribute != NULL && RTA_PAYLOAD(attribute) == 6) {
    const uint8_t *mac = RTA_DATA(attribute);
    snprintf(text, sizeof text, "%02x:%02x:%02x:%02x:%02x:%02x", mac[0], mac[1], mac[2], mac[3], mac[4], mac[5]);
  }
  set_text(env, object, "mac", text);
}

static void set_flag(napi_env env, napi_value object, const char *name, bool flag) {
  napi_value value;
  if (napi_get_boolean(env, flag, &value) == napi_ok) set_property(env, object, name, value);
}

/* An interface, or NULL: of another family are bridges' words about their ports, and wireless news have no name. */
static napi_value append_interface(const struct nlmsghdr *message, struct list *list) {
  const struct ifinfomsg *body = NLMSG_DATA(message);
  const struct rtattr *name = link_attribute(message, IFLA_IFNAME);
  if (body->ifi_family != AF_UNSPEC || name == NULL) return NULL;
  napi_value object = append_object(list);
  set_property(list->env, object, "index", make_int(list->env, body->ifi_index));
  set_name(list->env, object, "name", name);
  set_mac(list->env, object, link_attribute(message, IFLA_ADDRESS));
  set_flag(list->env, object, "up", (body->ifi_flags & IFF_UP) != 0);
  /* IFF_LOWER_UP, which net/if.h does not name: the layer below has a signal. */
  set_flag(list->env, object, "carrier", (body->ifi_flags & (1U << 16)) != 0);
  return object;
}

static void visit_link(const struct nlmsghdr *message, void *data) {
  if (message->nlmsg_type == RTM_NEWLINK) append_interface(message, data);
}

static napi_value list_interfaces(napi_env env, napi_callback_info info) {
  (void)info;
  return dump_list(env, RTM_GETLINK, AF_UNSPEC, visit_link);
}

/* interfaceNewsOpen(): a descriptor that hears of interfaces and of their IPv4 addresses. */
static napi_value news_open(napi_env env, napi_callback_info info) {
  (void)info;
  struct sockaddr_nl local = {.nl_family = AF_NETLINK, .nl_groups = RTMGRP_LINK | RTMGRP_IPV4_IFADDR};
  int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE);
  if (fd < 0) return throw_errno(env, errno, "socket(AF_NETLINK)", NULL);
  if (bind(fd, (struct sockaddr *)&local, sizeof local) == 0) return make_int(env, fd);
  close_keeping_errno(fd);
  return throw_errno(env, errno, "bind", NULL);
}

static void append_index(struct list *list, const char *kind, int64_t index) {
  napi_value object = append_object(list);
  set_text(list->env, object, "kind", kind);
  set_property(list->env, object, "index", make_int(list->env, index));
}

static void append_news(const struct nlmsghdr *message, struct list *list) {
  const struct ifinfomsg *link = NLMSG_DATA(message);
  const struct ifaddrmsg *address = NLMSG_DATA(message);
  napi_value object;
  switch (message->nlmsg_type) {
    case RTM_NEWLINK:
      object = append_interface(message, list);
      if (object != NULL) set_text(list->env, object, "kind", "here");
      break;
    case RTM_DELLINK:
      if (link->ifi_family == AF_UNSPEC) append_index(list, "gone", link->ifi_index);
      break;
    case RTM_NEWADDR:
    case RTM_DELADDR:
      append_index(list, "addresses", address->ifa_index);
      break;
  }
}

/* interfaceNewsRead(fd): what has happened since, in its order; ENOBUFS: some of it is lost. */
static napi_value news_read(napi_env env, napi_callback_info info) {
  struct args args = get_args(env, info);
  struct list list = {.env = env};
  int fd;
  if (!get_int(&args, 0, 0, INT32_MAX, &fd)) return NULL;
  char *buffer = malloc(RT_PART_MAX);
  if (buffer == NULL) return throw_errno(env, ENOMEM, "malloc", NULL);
  napi_create_array(env, &list.array);
  ssize_t length = 0;
  for (int part = 0; part < PARTS_PER_CALL && (length = rt_next_part(fd, buffer)) >= 0; part++) {
    size_t left = (size_t)length;
    for (struct nlmsghdr *message = (struct nlmsghdr *)buffer; NLMSG_OK(message, left);
         message = NLMSG_NEXT(message, left))
      append_news(message, &list);
  }
  int error = length < 0 ? errno : 0;
  free(buffer);
  return error == 0 || error == EAGAIN ? list.array : throw_errno(env, error, "recvfrom", NULL);
}

void init_interfaces(napi_env env, napi_value exports) {
  export_function(env, exports, "listInterfaces", list_interfaces);
  export_function(env, exports, "interfaceNewsOpen", news_open);
  export_function(env, exports, "interfaceNewsRead", news_read);
}
