/*
 * The modem lines of an open serial port, and its flow control, in the hands of a thread of its own: TIOCMIWAIT sleeps
 * until a line changes, and a USB adapter that is about to vanish may keep any request waiting for seconds.
 */
#include "addon.h"

#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>
#include <uv.h>

/* The lines that the other end drives. */
#define LINES (TIOCM_DSR | TIOCM_CAR | TIOCM_CTS)
#define STACK_SIZE 65536
/* Wakes the thread up. Ignored by default: it does no harm wherever else it arrives. */
#define WAKE SIGURG

/* `fd` belongs to the thread, which closes it; it is the port's, duplicated, so that its number stays what it is. */
struct modem {
  uv_thread_t thread;
  int fd;
  int news_fd;
  atomic_bool flow_wanted, ending;
  atomic_int number, lines;
  atomic_bool flow, over;
};

static void woken(int signal) { (void)signal; }

static void tell(struct modem *modem) {
  if (eventfd_write(modem->news_fd, 1) != 0) abort();
}

/* False where the port cannot tell its lines, or is gone. */
static bool look(struct modem *modem) {
  int bits;
  int lines = ioctl(modem->fd, TIOCMGET, &bits) == 0 ? bits & LINES : -errno;
  if (atomic_exchange(&modem->lines, lines) != lines) tell(modem);
  return lines >= 0;
}

/* What a port that is let go again has not sent yet is stale; what it lowered would hold up the other end for ever. */
static void set_flow(struct modem *modem, bool on) {
  struct termios settings;
  if (tcgetattr(modem->fd, &settings) != 0) return;
  if (on) settings.c_cflag |= CRTSCTS;
  else settings.c_cflag &= ~CRTSCTS;
  if (!on) tcflush(modem->fd, TCOFLUSH);
  tcsetattr(modem->fd, TCSANOW, &settings);
  if (!on) ioctl(modem->fd, TIOCMBIS, &(int){TIOCM_RTS});
  /* A driver without flow control takes the rest of the settings and leaves this out. */
  atomic_store(&modem->flow, tcgetattr(modem->fd, &settings) == 0 && (settings.c_cflag & CRTSCTS) != 0);
  tell(modem);
}

/* Until a line changes or somebody wakes the thread up; a driver that cannot wait leaves it to the latter. */
static void await_change(struct modem *modem) {
  if (ioctl(modem->fd, TIOCMIWAIT, LINES) == 0 || errno == EINTR || atomic_load(&modem->ending)) return;
  pause();
}

static void serve(void *data) {
  struct modem *modem = data;
  const struct timespec contact_bounce = {.tv_nsec = 20 * 1000 * 1000};
  /* On Linux this is for one thread. */
  sigset_t others;
  sigfillset(&others);
  sigdelset(&others, WAKE);
  sigprocmask(SIG_SETMASK, &others, NULL);
  atomic_store(&modem->number, (int)syscall(SYS_gettid));
  bool wanted = false;
  while (!atomic_load(&modem->ending) && look(modem)) {
    if (atomic_load(&modem->flow_wanted) != wanted) set_flow(modem, wanted = !wanted);
    await_change(modem);
    /* A line that never rests wakes this thread fifty times a second, and no oftener. */
    if (!atomic_load(&modem->ending) && look(modem)) nanosleep(&contact_bounce, NULL);
  }
  /* Under flow control the kernel would keep the port open for 30 s, as long as CTS is off and something waits. */
  if (wanted) set_flow(modem, false);
  close(modem->fd);
  atomic_store(&modem->over, true);
  tell(modem);
}

static int start(struct modem *modem, int port) {
  const struct sigaction action = {.sa_handler = woken};
  uv_thread_options_t options = {.flags = UV_THREAD_HAS_STACK_SIZE, .stack_size = STACK_SIZE};
  if (sigaction(WAKE, &action, NULL) != 0) return errno;
  modem->fd = fcntl(port, F_DUPFD_CLOEXEC, 0);
  if (modem->fd < 0) return errno;
  modem->news_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  int error = modem->news_fd < 0 ? errno : -uv_thread_create_ex(&modem->thread, &options, serve, modem);
  if (error != 0) {
    close(modem->fd);
    if (modem->news_fd >= 0) close(modem->news_fd);
  }
  return error;
}

/* modemStart(port): { handle, fd }. `fd` can be read when there is news; the port may be closed at any time. */
static napi_value modem_start(napi_env env, napi_callback_info info) {
  struct args args = get_args(env, info);
  int port;
  if (!get_int(&args, 0, 0, INT32_MAX, &port)) return NULL;
  struct modem *modem = calloc(1, sizeof *modem);
  if (modem == NULL) return throw_errno(env, ENOMEM, "calloc", NULL);
  int error = start(modem, port);
  if (error != 0) {
    free(modem);
    return throw_errno(env, error, "modemStart", NULL);
  }
  napi_value result = NULL, handle;
  napi_create_object(env, &result);
  napi_create_external(env, modem, NULL, NULL, &handle);
  set_property(env, result, "handle", handle);
  set_property(env, result, "fd", make_int(env, modem->news_fd));
  return result;
}

static struct modem *get_modem(const struct args *args) {
  void *modem = NULL;
  if (napi_get_value_external(args->env, args->value[0], &modem) != napi_ok)
    napi_throw_type_error(args->env, "ERR_INVALID_ARG_TYPE", "argument 1 must be a modem");
  return modem;
}

/*
 * modemWake(handle, what): 0 look at the lines again, 1 and 2 the same with flow control off and on from now on, 3 end. A
 * thread that is just going to sleep misses it: to be called again now and then, after an end until it is over.
 */
static napi_value modem_wake(napi_env env, napi_callback_info info) {
  struct args args = get_args(env, info);
  struct modem *modem = get_modem(&args);
  int what;
  if (modem == NULL || !get_int(&args, 1, 0, 3, &what)) return NULL;
  if (what == 1 || what == 2) atomic_store(&modem->flow_wanted, what == 2);
  if (what == 3) atomic_store(&modem->ending, true);
  int number = atomic_load(&modem->number);
  if (number != 0 && !atomic_load(&modem->over)) syscall(SYS_tgkill, getpid(), number, WAKE);
  return NULL;
}

/* modemNews(handle): { lines, flow, over } once `fd` can be read; `lines` are TIOCM_ bits or a negative errno. */
static napi_value modem_news(napi_env env, napi_callback_info info) {
  struct args args = get_args(env, info);
  struct modem *modem = get_modem(&args);
  eventfd_t count;
  napi_value result = NULL, flow, over;
  if (modem == NULL) return NULL;
  if (eventfd_read(modem->news_fd, &count) != 0) return throw_errno(env, errno, "modemNews", NULL);
  napi_create_object(env, &result);
  napi_get_boolean(env, atomic_load(&modem->flow), &flow);
  napi_get_boolean(env, atomic_load(&modem->over), &over);
  set_property(env, result, "lines", make_int(env, atomic_load(&modem->lines)));
  set_property(env, result, "flow", flow);
  set_property(env, result, "over", over);
  return result;
}

/* modemFree(handle): once it is over and its watch is; neither handle nor `fd` is of use afterwards. */
static napi_value modem_free(napi_env env, napi_callback_info info) {
  struct args args = get_args(env, info);
  struct modem *modem = get_modem(&args);
  if (modem == NULL) return NULL;
  if (!atomic_load(&modem->over)) return throw_errno(env, EBUSY, "modemFree", NULL);
  uv_thread_join(&modem->thread);
  close(modem->news_fd);
  free(modem);
  return NULL;
}

void init_modem(napi_env env, napi_value exports) {
  export_function(env, exports, "modemStart", modem_start);
  export_function(env, exports, "modemWake", modem_wake);
  export_function(env, exports, "modemNews", modem_news);
  export_function(env, exports, "modemFree", modem_free);
}
