/* IPv4 addresses and network interfaces, read and changed by rtnetlink. */
#include "addon.h"

#include "rtnetlink.h"

#include <arpa/inet.h>
#include <stdio.h>

/* addresses: (device, address, prefix, broadcast?, label?) */
static napi_value change_address(napi_env env, napi_callback_info info, bool add) {
  struct args args = get_args(env, info);
  char device[IFNAMSIZ], label[IFNAMSIZ];
  uint32_t address, broadcast;
  int prefix;
  if (!get_text(&args, 0, device, sizeof device) || !get_ipv4(&args, 1, &address) || !get_int(&args, 2, 0, 32, &prefix))
    return NULL;
  if (is_given(&args, 3) && !get_ipv4(&args, 3, &broadcast)) return NULL;
  if (is_given(&args, 4) && !get_text(&args, 4, label, sizeof label)) return NULL;
  unsigned index = if_nametoindex(device);
  if (index == 0) return throw_errno(env, errno, "if_nametoindex", device);

  struct rt_request request;
  rt_start(&request, add ? RTM_NEWADDR : RTM_DELADDR, add ? NLM_F_CREATE | NLM_F_EXCL : 0, sizeof(struct ifaddrmsg));
  request.body.address.ifa_family = AF_INET;
  request.body.address.ifa_prefixlen = (uint8_t)prefix;
  request.body.address.ifa_index = index;
  rt_append(&request, IFA_LOCAL, &address, sizeof address);
  rt_append(&request, IFA_ADDRESS, &address, sizeof address);
  if (is_given(&args, 3)) rt_append(&request, IFA_BROADCAST, &broadcast, sizeof broadcast);
  if (is_given(&args, 4)) rt_append(&request, IFA_LABEL, label, strlen(label) + 1);
  int error = rt_change(&request);
  return error == 0 ? NULL : throw_errno(env, error, add ? "RTM_NEWADDR" : "RTM_DELADDR", device);
}

static napi_value add_address(napi_env env, napi_callback_info info) { return change_address(env, info, true); }
static napi_value remove_address(napi_env env, napi_callback_info info) { return change_address(env, info, false); }

/* A JavaScript array that a dump fills. */
struct list {
  napi_env env;
  napi_value array;
  uint32_t length;
};

static void reset_list(const struct nlmsghdr *message, void *data) {
  (void)message;
  struct list *list = data;
  list->length = 0;
  napi_create_array(list->env, &list->array);
}

static napi_value append_object(struct list *list) {
  napi_value object;
  napi_create_object(list->env, &object);
  napi_set_element(list->env, list->array, list->length++, object);
  return object;
}

/* A text attribute, which the kernel ends with a NUL; one that does not fit is none of ours. */
static void set_name(napi_env env, napi_value object, const char *name, const struct rtattr *attribute) {
  char text[IFNAMSIZ];
  if (RTA_PAYLOAD(attribute) > sizeof text) return;
  snprintf(text, sizeof text, "%.*s", (int)RTA_PAYLOAD(attribute), (const char *)RTA_DATA(attribute));
  set_text(env, object, name, text);
}

static void set_ipv4(napi_env env, napi_value object, const char *name, const struct rtattr *attribute) {
  char text[INET_ADDRSTRLEN];
  if (RTA_PAYLOAD(attribute) != 4 || !inet_ntop(AF_INET, RTA_DATA(attribute), text, sizeof text)) return;
  set_text(env, object, name, text);
}

static void visit_address(const struct nlmsghdr *message, void *data) {
  struct list *list = data;
  const struct ifaddrmsg *body = NLMSG_DATA(message);
  char device[IFNAMSIZ];
  if (message->nlmsg_type != RTM_NEWADDR || body->ifa_family != AF_INET) return;
  /* An interface that vanished since has no addresses either. */
  if (if_indextoname(body->ifa_index, device) == NULL) return;
  napi_value object = append_object(list);
  set_text(list->env, object, "device", device);
  set_property(list->env, object, "index", make_int(list->env, body->ifa_index));
  set_property(list->env, object, "prefix", make_int(list->env, body->ifa_prefixlen));
  set_text(list->env, object, "label", device);
  size_t left = IFA_PAYLOAD(message);
  for (const struct rtattr *a = IFA_RTA(body); RTA_OK(a, left); a = RTA_NEXT(a, left)) {
    if (a->rta_type == IFA_LOCAL) set_ipv4(list->env, object, "address", a);
    if (a->rta_type == IFA_BROADCAST) set_ipv4(list->env, object, "broadcast", a);
    if (a->rta_type == IFA_LABEL) set_name(list->env, object, "label", a);
  }
}

static void set_mac(napi_env env, napi_value object, const struct rtattr *attribute) {
  const uint8_t *mac = RTA_DATA(attribute);
  char text[18];
  if (RTA_PAYLOAD(attribute) != 6) return;
  snprintf(text, sizeof text, "%02x:%02x:%02x:%02x:%02x:%02x", mac[0], mac[1], mac[2], mac[3], mac[4], mac[5]);
  set_text(env, object, "mac", text);
}

static void set_flag(napi_env env, napi_value object, const char *name, bool flag) {
  napi_value value;
  if (napi_get_boolean(env, flag, &value) == napi_ok) set_property(env, object, name, value);
}

static void visit_link(const struct nlmsghdr *message, void *data) {
  struct list *list = data;
  const struct ifinfomsg *body = NLMSG_DATA(message);
  if (message->nlmsg_type != RTM_NEWLINK) return;
  napi_value object = append_object(list);
  set_property(list->env, object, "index", make_int(list->env, body->ifi_index));
  set_text(list->env, object, "mac", "");
  set_flag(list->env, object, "up", (body->ifi_flags & IFF_UP) != 0);
  /* IFF_LOWER_UP, which net/if.h does not name: the layer below has a signal. */
  set_flag(list->env, object, "carrier", (body->ifi_flags & (1U << 16)) != 0);
  size_t left = IFLA_PAYLOAD(message);
  for (const struct rtattr *a = IFLA_RTA(body); RTA_OK(a, left); a = RTA_NEXT(a, left)) {
    if (a->rta_type == IFLA_IFNAME) set_name(list->env, object, "name", a);
    if (a->rta_type == IFLA_ADDRESS) set_mac(list->env, object, a);
  }
}

static napi_value dump(napi_env env, uint16_t type, size_t body_size, rt_visitor *visit) {
  struct rt_request request;
  struct list list = {.env = env};
  rt_start(&request, type, 0, body_size);
  /* Both bodies begin with the address family. */
  request.body.address.ifa_family = type == RTM_GETADDR ? AF_INET : AF_UNSPEC;
  int error = rt_dump(&request, reset_list, visit, &list);
  return error == 0 ? list.array : throw_errno(env, error, type == RTM_GETADDR ? "RTM_GETADDR" : "RTM_GETLINK", NULL);
}

static napi_value list_addresses(napi_env env, napi_callback_info info) {
  (void)info;
  return dump(env, RTM_GETADDR, sizeof(struct ifaddrmsg), visit_address);
}

static napi_value list_interfaces(napi_env env, napi_callback_info info) {
  (void)info;
  return dump(env, RTM_GETLINK, sizeof(struct ifinfomsg), visit_link);
}

void init_netlink(napi_env env, napi_value exports) {
  export_function(env, exports, "addAddress", add_address);
  export_function(env, exports, "removeAddress", remove_address);
  export_function(env, exports, "listAddresses", list_addresses);
  export_function(env, exports, "listInterfaces", list_interfaces);
}
