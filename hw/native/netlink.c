/* IPv4 and IPv6 addresses, read and changed by rtnetlink. */
#include "addon.h"

#include "list.h"
#include "rtnetlink.h"

#include <arpa/inet.h>

/* addresses: (device, address, prefix, broadcast?, label?); broadcast and label of IPv4 alone */
static napi_value change_address(napi_env env, napi_callback_info info, bool add) {
  struct args args = get_args(env, info);
  char device[IFNAMSIZ], label[IFNAMSIZ];
  struct ip_address address;
  uint32_t broadcast;
  int prefix;
  if (!get_text(&args, 0, device, sizeof device) || !get_ip(&args, 1, &address) ||
      !get_int(&args, 2, 0, 8 * (int)address.size, &prefix))
    return NULL;
  if (is_given(&args, 3) && !get_ipv4(&args, 3, &broadcast)) return NULL;
  if (is_given(&args, 4) && !get_text(&args, 4, label, sizeof label)) return NULL;
  unsigned index = if_nametoindex(device);
  if (index == 0) return throw_errno(env, errno, "if_nametoindex", device);

  struct rt_request request;
  rt_start(&request, add ? RTM_NEWADDR : RTM_DELADDR, add ? NLM_F_CREATE | NLM_F_EXCL : 0, sizeof(struct ifaddrmsg));
  request.body.address.ifa_family = (uint8_t)address.family;
  request.body.address.ifa_prefixlen = (uint8_t)prefix;
  request.body.address.ifa_index = index;
  /* Without a look for others that have it, which takes a second in which the address does not answer. */
  if (add && address.family == AF_INET6) request.body.address.ifa_flags = IFA_F_NODAD;
  rt_append(&request, IFA_LOCAL, address.bytes, address.size);
  rt_append(&request, IFA_ADDRESS, address.bytes, address.size);
  if (is_given(&args, 3)) rt_append(&request, IFA_BROADCAST, &broadcast, sizeof broadcast);
  if (is_given(&args, 4)) rt_append(&request, IFA_LABEL, label, strlen(label) + 1);
  int error = rt_change(&request);
  return error == 0 ? NULL : throw_errno(env, error, add ? "RTM_NEWADDR" : "RTM_DELADDR", device);
}

static napi_value add_address(napi_env env, napi_callback_info info) { return change_address(env, info, true); }
static napi_value remove_address(napi_env env, napi_callback_info info) { return change_address(env, info, false); }

static void set_ip(napi_env env, napi_value object, const char *name, int family, const struct rtattr *attribute) {
  char text[INET6_ADDRSTRLEN];
  size_t size = family == AF_INET6 ? 16 : 4;
  if (RTA_PAYLOAD(attribute) != size || !inet_ntop(family, RTA_DATA(attribute), text, sizeof text)) return;
  set_text(env, object, name, text);
}

static void visit_address(const struct nlmsghdr *message, void *data) {
  struct list *list = data;
  const struct ifaddrmsg *body = NLMSG_DATA(message);
  char device[IFNAMSIZ];
  if (message->nlmsg_type != RTM_NEWADDR || body->ifa_family != list->family) return;
  /* An interface that vanished since has no addresses either. */
  if (if_indextoname(body->ifa_index, device) == NULL) return;
  napi_value object = append_object(list);
  set_text(list->env, object, "device", device);
  set_property(list->env, object, "index", make_int(list->env, body->ifa_index));
  set_property(list->env, object, "prefix", make_int(list->env, body->ifa_prefixlen));
  set_text(list->env, object, "label", device);
  /* Of a point-to-point link the one is the other end's; IPv6 names its own twice only there. */
  bool is_local_given = false;
  size_t left = IFA_PAYLOAD(message);
  for (const struct rtattr *a = IFA_RTA(body); RTA_OK(a, left); a = RTA_NEXT(a, left)) {
    is_local_given |= a->rta_type == IFA_LOCAL;
    if (a->rta_type == IFA_LOCAL || (a->rta_type == IFA_ADDRESS && list->family == AF_INET6 && !is_local_given))
      set_ip(list->env, object, "address", list->family, a);
    if (a->rta_type == IFA_BROADCAST) set_ip(list->env, object, "broadcast", list->family, a);
    if (a->rta_type == IFA_LABEL) set_name(list->env, object, "label", a);
  }
}

static napi_value list_addresses4(napi_env env, napi_callback_info info) {
  (void)info;
  return dump_list(env, RTM_GETADDR, AF_INET, visit_address);
}

static napi_value list_addresses6(napi_env env, napi_callback_info info) {
  (void)info;
  return dump_list(env, RTM_GETADDR, AF_INET6, visit_address);
}

void init_netlink(napi_env env, napi_value exports) {
  export_function(env, exports, "addAddress", add_address);
  export_function(env, exports, "removeAddress", remove_address);
  export_function(env, exports, "listAddresses", list_addresses4);
  export_function(env, exports, "listAddresses6", list_addresses6);
}
