/*
 * Real modem lines for serial ports of QEMU, preloaded into it. QEMU asks the host's terminal for its lines; a
 * pseudo-terminal has none. Here they are in a small file that the machines and the laboratory share, one record for each end of
 * each cable (modem-lines.ts): what the end drives, its rate, and for each of its inputs the outputs that are wired to it.
 *
 * Environment: TWINBEAT_LINES the file, TWINBEAT_PORTS the terminals and the numbers of their ends, as in `/dev/pts/3=0,/dev/pts/5=2`.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#define ENDS 8
#define PORTS 4

/* `cts`, `dsr`, `dcd`: bit 2n is DTR of end n, bit 2n+1 its RTS; any of them that is on raises the input. */
struct end {
  uint32_t outputs, rate, cts, dsr, dcd;
};

static int (*real_ioctl)(int, unsigned long, ...);
static int (*real_tcsetattr)(int, int, const struct termios *);
static volatile struct end *ends;
static struct {
  dev_t device;
  int end;
} ports[PORTS];
static int count;

__attribute__((constructor)) static void prepare(void) {
  const char *file = getenv("TWINBEAT_LINES"), *words = getenv("TWINBEAT_PORTS");
  real_ioctl = (int (*)(int, unsigned long, ...))dlsym(RTLD_NEXT, "ioctl");
  real_tcsetattr = (int (*)(int, int, const struct termios *))dlsym(RTLD_NEXT, "tcsetattr");
  if (!file || !words) return;
  int fd = open(file, O_RDWR | O_CLOEXEC);
  if (fd < 0) return;
  void *memory = mmap(NULL, ENDS * sizeof(struct end), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  close(fd);
  char *list = strdup(words), *rest = NULL;
  if (memory == MAP_FAILED || !list) return;
  for (char *word = strtok_r(list, ",", &rest); word && count < PORTS; word = strtok_r(NULL, ",", &rest)) {
    struct stat status;
    char *number = strchr(word, '=');
    if (!number) continue;
    *number++ = '\0';
    int end = atoi(number);
    if (end < 0 || end >= ENDS || stat(word, &status) < 0) continue;
    ports[count].device = status.st_rdev;
    ports[count++].end = end;
  }
  free(list);
  ends = memory;
}

/* The end that this terminal is; NULL: none of ours. */
static volatile struct end *end_of(int fd) {
  struct stat status;
  if (!ends || fstat(fd, &status) < 0 || !S_ISCHR(status.st_mode)) return NULL;
  for (int n = 0; n < count; n++)
    if (ports[n].device == status.st_rdev) return &ends[ports[n].end];
  return NULL;
}

static int state(volatile struct end *own) {
  uint32_t on = 0;
  for (int n = 0; n < ENDS; n++)
    on |= (ends[n].outputs & TIOCM_DTR ? 1u << (2 * n) : 0) | (ends[n].outputs & TIOCM_RTS ? 2u << (2 * n) : 0);
  return (int)own->outputs | (own->cts & on ? TIOCM_CTS : 0) | (own->dsr & on ? TIOCM_DSR : 0) |
         (own->dcd & on ? TIOCM_CAR : 0);
}

int ioctl(int fd, unsigned long request, ...) {
  va_list rest;
  va_start(rest, request);
  void *argument = va_arg(rest, void *);
  va_end(rest);
  volatile struct end *own = request == TIOCMGET || request == TIOCMSET ? end_of(fd) : NULL;
  if (!own) return real_ioctl(fd, request, argument);
  if (request == TIOCMGET) *(int *)argument = state(own);
  else own->outputs = *(const uint32_t *)argument & (TIOCM_DTR | TIOCM_RTS);
  return 0;
}

int tcsetattr(int fd, int when, const struct termios *settings) {
  static const struct {
    speed_t code;
    uint32_t rate;
  } rates[] = {{B1200, 1200},   {B2400, 2400},   {B4800, 4800},   {B9600, 9600},
               {B19200, 19200}, {B38400, 38400}, {B57600, 57600}, {B115200, 115200}};
  volatile struct end *own = end_of(fd);
  for (size_t n = 0; own && n < sizeof rates / sizeof *rates; n++)
    if (rates[n].code == cfgetospeed(settings)) own->rate = rates[n].rate;
  return real_tcsetattr(fd, when, settings);
}
