/* A dump of rtnetlink as a JavaScript array of objects. */
#ifndef TWINBEAT_LIST_H
#define TWINBEAT_LIST_H

#include "rtnetlink.h"

/* What a visitor fills; it is handed to it as its data. */
struct list {
  napi_env env;
  napi_value array;
  uint32_t length;
  uint8_t family;
};

/* Asks for a dump of this type and address family; the array, or NULL with an exception pending. */
napi_value dump_list(napi_env env, uint16_t type, uint8_t family, rt_visitor *visit);

/* A new object at the array's end. */
napi_value append_object(struct list *list);
/* A text attribute, which the kernel ends with a NUL; one that does not fit is none of ours. */
void set_name(napi_env env, napi_value object, const char *name, const struct rtattr *attribute);

#endif
