/*
 * TIOCMIWAIT for a terminal whose lines are those of scripts/appliance/lines.c, preloaded behind this one: a driver that
 * can wait. Every wait that a line ended leaves a byte in the file TWINBEAT_WAITS.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

static int (*next_ioctl)(int, unsigned long, ...);

__attribute__((constructor)) static void prepare(void) {
  next_ioctl = (int (*)(int, unsigned long, ...))dlsym(RTLD_NEXT, "ioctl");
}

int ioctl(int fd, unsigned long request, ...) {
  va_list rest;
  va_start(rest, request);
  void *argument = va_arg(rest, void *);
  va_end(rest);
  if (request != TIOCMIWAIT) return next_ioctl(fd, request, argument);
  const struct timespec moment = {.tv_nsec = 5 * 1000 * 1000};
  int before, now;
  if (next_ioctl(fd, TIOCMGET, &before) != 0) return -1;
  do {
    if (nanosleep(&moment, NULL) != 0 || next_ioctl(fd, TIOCMGET, &now) != 0) return -1;
  } while (((before ^ now) & (intptr_t)argument) == 0);
  int waits = open(getenv("TWINBEAT_WAITS"), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (waits < 0 || write(waits, "w", 1) != 1) abort();
  return close(waits);
}
