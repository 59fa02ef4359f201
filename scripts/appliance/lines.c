/*
 * Real modem lines for a serial port of QEMU, preloaded into it. QEMU asks the host's terminal for its lines; a
 * pseudo-terminal has none. Here they are in a small file that both machines and the laboratory share:
 * byte 0 and 1 hold DTR and RTS of the two ends, byte 2 is 1 while the cable is cut.
 *
 * Environment: TWINBEAT_LINES the file, TWINBEAT_PORT the terminal, TWINBEAT_END 0 or 1.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static int (*real_ioctl)(int, unsigned long, ...);
static volatile unsigned char *lines;
static dev_t port;
static int end;

__attribute__((constructor)) static void prepare(void) {
  const char *file = getenv("TWINBEAT_LINES"), *path = getenv("TWINBEAT_PORT"), *which = getenv("TWINBEAT_END");
  struct stat status;
  real_ioctl = (int (*)(int, unsigned long, ...))dlsym(RTLD_NEXT, "ioctl");
  if (!file || !path || !which || stat(path, &status) < 0) return;
  int fd = open(file, O_RDWR | O_CLOEXEC);
  if (fd < 0) return;
  void *memory = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  close(fd);
  if (memory == MAP_FAILED) return;
  port = status.st_rdev;
  end = which[0] == '1';
  lines = memory;
}

static int is_port(int fd) {
  struct stat status;
  return lines && fstat(fd, &status) == 0 && S_ISCHR(status.st_mode) && status.st_rdev == port;
}

/* A null modem: DTR is the other end's DSR and DCD, RTS its CTS. */
static int state(void) {
  int own = lines[end], peer = lines[2] ? 0 : lines[1 - end];
  return (own & (TIOCM_DTR | TIOCM_RTS)) | (peer & TIOCM_DTR ? TIOCM_DSR | TIOCM_CAR : 0) |
         (peer & TIOCM_RTS ? TIOCM_CTS : 0);
}

int ioctl(int fd, unsigned long request, ...) {
  va_list rest;
  va_start(rest, request);
  void *argument = va_arg(rest, void *);
  va_end(rest);
  if ((request != TIOCMGET && request != TIOCMSET) || !is_port(fd)) return real_ioctl(fd, request, argument);
  if (request == TIOCMGET) *(int *)argument = state();
  else lines[end] = *(const int *)argument & (TIOCM_DTR | TIOCM_RTS);
  return 0;
}
