/* twinbeat.node: the system calls that Node does not offer. No policy. */
#include "addon.h"

NAPI_MODULE_INIT() {
  init_credentials(env, exports);
  init_datagram(env, exports);
  init_descriptors(env, exports);
  init_disk(env, exports);
  init_interfaces(env, exports);
  init_modem(env, exports);
  init_netlink(env, exports);
  init_packet(env, exports);
  init_poll(env, exports);
  init_realtime(env, exports);
  init_udp(env, exports);
  init_watchdog(env, exports);
  return exports;
}
