/* See list.h. */
#include "addon.h"

#include "list.h"

#include <stdio.h>

static void reset_list(const struct nlmsghdr *message, void *data) {
  (void)message;
  struct list *list = data;
  list->length = 0;
  napi_create_array(list->env, &list->array);
}

napi_value append_object(struct list *list) {
  napi_value object;
  napi_create_object(list->env, &object);
  napi_set_element(list->env, list->array, list->length++, object);
  return object;
}

void set_name(napi_env env, napi_value object, const char *name, const struct rtattr *attribute) {
  char text[IFNAMSIZ];
  if (RTA_PAYLOAD(attribute) > sizeof text) return;
  snprintf(text, sizeof text, "%.*s", (int)RTA_PAYLOAD(attribute), (const char *)RTA_DATA(attribute));
  set_text(env, object, name, text);
}

napi_value dump_list(napi_env env, uint16_t type, uint8_t family, rt_visitor *visit) {
  struct rt_request request;
  struct list list = {.env = env, .family = family};
  rt_start(&request, type, 0, type == RTM_GETADDR ? sizeof(struct ifaddrmsg) : sizeof(struct ifinfomsg));
  /* Both bodies begin with the address family. */
  request.body.address.ifa_family = family;
  int error = rt_dump(&request, reset_list, visit, &list);
  return error == 0 ? list.array : throw_errno(env, error, type == RTM_GETADDR ? "RTM_GETADDR" : "RTM_GETLINK", NULL);
}
