/* Network interfaces, read by rtnetlink. */
#include "addon.h"

#include "list.h"
#include "rtnetlink.h"

#include <stdio.h>

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

static napi_value list_interfaces(napi_env env, napi_callback_info info) {
  (void)info;
  return dump_list(env, RTM_GETLINK, AF_UNSPEC, visit_link);
}

void init_interfaces(napi_env env, napi_value exports) {
  export_function(env, exports, "listInterfaces", list_interfaces);
}
