/* What every file of the addon shares: arguments in, errors out. See README.md of hw. */
#ifndef TWINBEAT_ADDON_H
#define TWINBEAT_ADDON_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#define NAPI_VERSION 9

#include <errno.h>
#include <net/if.h>
#include <node_api.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* The longest text argument: a path of a unix socket or device. */
#define TEXT_MAX 256
#define ARGS_MAX 6

/* The arguments of one call. A missing argument reads as undefined. */
struct args {
  napi_env env;
  napi_value value[ARGS_MAX];
};

/* An address of either family, in network order. */
struct ip_address {
  int family;
  uint8_t bytes[16];
  size_t size;
};

/* Each getter returns false with a TypeError pending if the argument is of the wrong kind or out of range. */
struct args get_args(napi_env env, napi_callback_info info);
bool is_given(const struct args *args, int index);
bool get_int(const struct args *args, int index, int64_t low, int64_t high, int *result);
bool get_text(const struct args *args, int index, char *result, size_t size);
bool get_bytes(const struct args *args, int index, uint8_t **data, size_t *length);
bool get_ipv4(const struct args *args, int index, uint32_t *network_order);
bool get_ip(const struct args *args, int index, struct ip_address *result);

/*
 * Throws `Error` with the properties `code` ('ENODEV'), `errno` (negative, as everywhere in Node) and `syscall`;
 * `subject` (an interface, an address, a path) may be NULL. Returns NULL, so that a function can return its result.
 */
napi_value throw_errno(napi_env env, int error, const char *syscall, const char *subject);

napi_value make_int(napi_env env, int64_t value);
void set_property(napi_env env, napi_value object, const char *name, napi_value value);
void set_text(napi_env env, napi_value object, const char *name, const char *value);

/* The function of every socket that sends whole packets to where it is bound or connected. */
napi_value send_now(napi_env env, napi_callback_info info);

/* Closes a descriptor on the way out of a failure, keeping errno for the report. */
void close_keeping_errno(int fd);

/* One per subject: adds its functions to the exports. */
void export_function(napi_env env, napi_value exports, const char *name, napi_callback function);
void init_credentials(napi_env env, napi_value exports);
void init_datagram(napi_env env, napi_value exports);
void init_descriptors(napi_env env, napi_value exports);
void init_disk(napi_env env, napi_value exports);
void init_interfaces(napi_env env, napi_value exports);
void init_modem(napi_env env, napi_value exports);
void init_netlink(napi_env env, napi_value exports);
void init_packet(napi_env env, napi_value exports);
void init_poll(napi_env env, napi_value exports);
void init_realtime(napi_env env, napi_value exports);
void init_udp(napi_env env, napi_value exports);
void init_watchdog(napi_env env, napi_value exports);

#endif
