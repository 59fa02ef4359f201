/* Running before ordinary programs, and out of reach of the swap. Only the calling thread, which is the main one. */
#include "addon.h"

#include <limits.h>
#include <malloc.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef MLOCK_ONFAULT
#define MLOCK_ONFAULT 1
#endif

static pid_t realtime_thread = 0;
static struct rlimit limit_before = {RLIM_INFINITY, RLIM_INFINITY};

/* By the system call: musl's functions of these names refuse, since POSIX means all threads of a process. */
static int schedule(pid_t thread, int policy, int priority) {
  const struct sched_param param = {.sched_priority = priority};
  return (int)syscall(SYS_sched_setscheduler, thread, policy, &param);
}

/* SIGXCPU goes to any thread: one that computes without end must not keep everything else from running. */
static void fall_back(int signal) {
  (void)signal;
  int saved = errno;
  schedule(realtime_thread, SCHED_OTHER, 0);
  errno = saved;
}

/* The soft limit only: at the hard one the kernel would kill. With 0 as it was before. */
static int limit_stretch(int milliseconds) {
  struct rlimit limit = limit_before;
  if (milliseconds > 0) limit.rlim_cur = (rlim_t)milliseconds * 1000;
  if (limit.rlim_cur > limit.rlim_max) limit.rlim_cur = limit.rlim_max;
  return setrlimit(RLIMIT_RTTIME, &limit);
}

/* realtimeEnter(priority, stretch): see binding.ts. The limit comes first, so that nothing runs without one. */
static napi_value realtime_enter(napi_env env, napi_callback_info info) {
  struct args args = get_args(env, info);
  const struct sigaction action = {.sa_handler = fall_back, .sa_flags = SA_RESTART};
  int priority, stretch;
  if (!get_int(&args, 0, 1, 99, &priority) || !get_int(&args, 1, 1, 3600000, &stretch)) return NULL;
  realtime_thread = (pid_t)syscall(SYS_gettid);
  if (getrlimit(RLIMIT_RTTIME, &limit_before) != 0) return throw_errno(env, errno, "getrlimit(RLIMIT_RTTIME)", NULL);
  if (sigaction(SIGXCPU, &action, NULL) != 0) return throw_errno(env, errno, "sigaction", NULL);
  if (limit_stretch(stretch) != 0) return throw_errno(env, errno, "setrlimit(RLIMIT_RTTIME)", NULL);
  if (schedule(realtime_thread, SCHED_RR | SCHED_RESET_ON_FORK, priority) != 0) {
    int error = errno;
    limit_stretch(0);
    return throw_errno(env, error, "sched_setscheduler", NULL);
  }
  return NULL;
}

static napi_value realtime_leave(napi_env env, napi_callback_info info) {
  (void)info;
  if (schedule(realtime_thread, SCHED_OTHER, 0) != 0) return throw_errno(env, errno, "sched_setscheduler", NULL);
  if (limit_stretch(0) != 0) return throw_errno(env, errno, "setrlimit(RLIMIT_RTTIME)", NULL);
  return NULL;
}

static napi_value realtime_in_force(napi_env env, napi_callback_info info) {
  (void)info;
  napi_value result = NULL;
  int policy = (int)syscall(SYS_sched_getscheduler, realtime_thread);
  napi_get_boolean(env, policy >= 0 && (policy & ~SCHED_RESET_ON_FORK) == SCHED_RR, &result);
  return result;
}

static napi_value realtime_stretch(napi_env env, napi_callback_info info) {
  struct args args = get_args(env, info);
  int milliseconds;
  if (!get_int(&args, 0, 0, 3600000, &milliseconds)) return NULL;
  if (limit_stretch(milliseconds) != 0) return throw_errno(env, errno, "setrlimit(RLIMIT_RTTIME)", NULL);
  return NULL;
}

/*
 * Program, libraries, the first heap and stack: what a box under pressure would have to read anew from its flash. Not what the
 * runtime maps for itself: it gives pages of that back, which the kernel refuses where they are locked, and ends for it.
 */
static int is_kept(const char *name) {
  return name[0] == '/' || strcmp(name, "[heap]") == 0 || strcmp(name, "[stack]") == 0;
}

/* What was touched once stays; all at once would be the whole of a large program. */
static int lock_on_fault(unsigned long start, unsigned long end) {
  return (int)syscall(SYS_mlock2, start, end - start, MLOCK_ONFAULT);
}

static napi_value lock_memory(napi_env env, napi_callback_info info) {
  (void)info;
  char line[PATH_MAX + 128];
#ifdef M_MMAP_THRESHOLD
  /* What is big is given back when it is freed: glibc would soon keep it, for each of the runtime's threads. */
  mallopt(M_MMAP_THRESHOLD, 1 << 20);
#endif
  FILE *maps = fopen("/proc/self/maps", "re");
  if (maps == NULL) return throw_errno(env, errno, "/proc/self/maps", NULL);
  int error = 0;
  while (error == 0 && fgets(line, sizeof line, maps) != NULL) {
    unsigned long start, end;
    int name = 0;
    line[strcspn(line, "\n")] = '\0';
    if (sscanf(line, "%lx-%lx %*s %*s %*s %*s %n", &start, &end, &name) < 2 || name == 0) continue;
    if (is_kept(line + name) && lock_on_fault(start, end) != 0) error = errno;
  }
  fclose(maps);
  if (error != 0) munlockall();
  return error == 0 ? NULL : throw_errno(env, error, "mlock2", NULL);
}

static napi_value unlock_memory(napi_env env, napi_callback_info info) {
  (void)info;
  if (munlockall() != 0) return throw_errno(env, errno, "munlockall", NULL);
  return NULL;
}

void init_realtime(napi_env env, napi_value exports) {
  export_function(env, exports, "realtimeEnter", realtime_enter);
  export_function(env, exports, "realtimeLeave", realtime_leave);
  export_function(env, exports, "realtimeInForce", realtime_in_force);
  export_function(env, exports, "realtimeStretch", realtime_stretch);
  export_function(env, exports, "lockMemory", lock_memory);
  export_function(env, exports, "unlockMemory", unlock_memory);
}
