/*
 * One disk, or file, and a thread of its own that reads and writes it around the cache, one request at a time. A request
 * that never returns holds up neither the event loop nor libuv's threads, which Node waits for when it exits.
 */
#include "addon.h"

#include <fcntl.h>
#include <linux/fs.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <uv.h>

#ifndef CLOSE_RANGE_UNSHARE
#define CLOSE_RANGE_UNSHARE (1U << 1)
#endif

/* What direct transfers are aligned to, the length of the longest one, and a file's sector. */
#define ALIGNMENT 4096
#define TRANSFER_MAX 65536
#define FILE_SECTOR 4096
#define STACK_SIZE 65536

enum operation { OPEN_DIRECT, OPEN_CACHED, READ, WRITE, END };

/* `busy` belongs to JavaScript's thread, `fd` to the other; the rest changes hands with `asked` and `done_fd`. */
struct disk {
  uv_thread_t thread;
  uv_sem_t asked;
  int done_fd;
  bool busy;
  int fd;
  char path[TEXT_MAX];
  int own_offset, own_length;
  enum operation operation;
  int offset, length;
  int result;
  uint8_t *buffer;
};

/* The sector's size or a negative errno. */
static int open_disk(struct disk *disk, bool direct) {
  if (disk->fd >= 0) close(disk->fd);
  disk->fd = open(disk->path, O_RDWR | O_CLOEXEC | O_DSYNC | (direct ? O_DIRECT : 0));
  if (disk->fd < 0) return -errno;
  int sector = FILE_SECTOR;
  bool is_device = ioctl(disk->fd, BLKSSZGET, &sector) == 0;
  /* Another process of this machine that has our part is one that died but has a request under way, or is still there. */
  struct flock own = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = disk->own_offset, .l_len = disk->own_length};
  int error = 0;
  if (is_device && !direct) error = EINVAL;
  else if (fcntl(disk->fd, F_OFD_SETLK, &own) != 0) error = errno == EACCES ? EAGAIN : errno;
  if (error == 0) return sector;
  close(disk->fd);
  disk->fd = -1;
  return -error;
}

static int transfer(struct disk *disk) {
  if (disk->fd < 0) return -EBADF;
  ssize_t count = disk->operation == READ ? pread(disk->fd, disk->buffer, disk->length, disk->offset)
                                          : pwrite(disk->fd, disk->buffer, disk->length, disk->offset);
  return count < 0 ? -errno : (int)count;
}

/*
 * A table of descriptors for this thread alone, as it may outlive the process in an uninterruptible wait: the ports and
 * devices of the process must be free then. A kernel older than 5.9 cannot, and keeps them until the wait is over.
 */
static void own_descriptors(int kept) {
#ifdef SYS_close_range
  if (syscall(SYS_close_range, (unsigned)kept + 1, ~0U, CLOSE_RANGE_UNSHARE) == 0 && kept > 0)
    syscall(SYS_close_range, 0U, (unsigned)kept - 1, 0U);
#else
  (void)kept;
#endif
}

static void serve(void *data) {
  struct disk *disk = data;
  /* A handler of Node's would write to a pipe that this thread does not have. On Linux this is for one thread. */
  sigset_t all;
  sigfillset(&all);
  sigprocmask(SIG_SETMASK, &all, NULL);
  int done_fd = disk->done_fd;
  own_descriptors(done_fd);
  for (bool end = false; !end;) {
    uv_sem_wait(&disk->asked);
    end = disk->operation == END;
    if (disk->operation == READ || disk->operation == WRITE) disk->result = transfer(disk);
    else if (!end) disk->result = open_disk(disk, disk->operation == OPEN_DIRECT);
    else if (disk->fd >= 0) close(disk->fd);
    /* Nothing of `disk` may be touched once the last answer is out. */
    if (eventfd_write(done_fd, 1) != 0) abort();
  }
}

static int start(struct disk *disk) {
  uv_thread_options_t options = {.flags = UV_THREAD_HAS_STACK_SIZE, .stack_size = STACK_SIZE};
  int error = posix_memalign((void **)&disk->buffer, ALIGNMENT, TRANSFER_MAX);
  if (error != 0) return error;
  disk->done_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  error = disk->done_fd < 0 ? errno : -uv_sem_init(&disk->asked, 0);
  if (error == 0 && (error = -uv_thread_create_ex(&disk->thread, &options, serve, disk)) != 0)
    uv_sem_destroy(&disk->asked);
  if (error != 0) {
    if (disk->done_fd >= 0) close(disk->done_fd);
    free(disk->buffer);
  }
  return error;
}

/*
 * diskStart(path, ownOffset, ownLength): { handle, fd }. `fd` can be read when the answer to a request is there; it is
 * closed with the last one. Opening is the first request: it locks the given bytes against other processes here.
 */
static napi_value disk_start(napi_env env, napi_callback_info info) {
  struct args args = get_args(env, info);
  struct disk *disk = calloc(1, sizeof *disk);
  if (disk == NULL) return throw_errno(env, ENOMEM, "calloc", NULL);
  disk->fd = -1;
  if (!get_text(&args, 0, disk->path, sizeof disk->path) ||
      !get_int(&args, 1, 0, INT32_MAX, &disk->own_offset) || !get_int(&args, 2, 1, INT32_MAX, &disk->own_length)) {
    free(disk);
    return NULL;
  }
  int error = start(disk);
  if (error != 0) {
    free(disk);
    return throw_errno(env, error, "diskStart", NULL);
  }
  napi_value result = NULL, handle;
  napi_create_object(env, &result);
  napi_create_external(env, disk, NULL, NULL, &handle);
  set_property(env, result, "handle", handle);
  set_property(env, result, "fd", make_int(env, disk->done_fd));
  return result;
}

static struct disk *get_disk(const struct args *args) {
  void *disk = NULL;
  if (napi_get_value_external(args->env, args->value[0], &disk) != napi_ok)
    napi_throw_type_error(args->env, "ERR_INVALID_ARG_TYPE", "argument 1 must be a disk");
  return disk;
}

/* diskAsk(handle, operation, offset, length, bytes): EBUSY while a request is under way. `bytes` are for a write. */
static napi_value disk_ask(napi_env env, napi_callback_info info) {
  struct args args = get_args(env, info);
  struct disk *disk = get_disk(&args);
  int operation, offset, length;
  uint8_t *bytes = NULL;
  size_t size = 0;
  if (disk == NULL || !get_int(&args, 1, OPEN_DIRECT, END, &operation) ||
      !get_int(&args, 2, 0, INT32_MAX, &offset) || !get_int(&args, 3, 0, TRANSFER_MAX, &length))
    return NULL;
  if (operation == WRITE && !get_bytes(&args, 4, &bytes, &size)) return NULL;
  if (disk->busy) return throw_errno(env, EBUSY, "diskAsk", disk->path);
  if (operation == WRITE && size != (size_t)length) return throw_errno(env, EINVAL, "diskAsk", disk->path);
  if (bytes != NULL) memcpy(disk->buffer, bytes, size);
  disk->operation = operation;
  disk->offset = offset;
  disk->length = length;
  disk->busy = true;
  uv_sem_post(&disk->asked);
  return NULL;
}

/*
 * diskAnswer(handle, bytes): once `fd` can be read, the sector's size, the count of bytes or a negative errno. What was
 * read is copied to `bytes` if they are given. With the answer to the last request the handle is of no use any more.
 */
static napi_value disk_answer(napi_env env, napi_callback_info info) {
  struct args args = get_args(env, info);
  struct disk *disk = get_disk(&args);
  uint8_t *bytes = NULL;
  size_t size = 0;
  eventfd_t count;
  if (disk == NULL || (is_given(&args, 1) && !get_bytes(&args, 1, &bytes, &size))) return NULL;
  if (eventfd_read(disk->done_fd, &count) != 0) return throw_errno(env, errno, "diskAnswer", disk->path);
  disk->busy = false;
  int result = disk->result;
  if (bytes != NULL && result > 0) memcpy(bytes, disk->buffer, (size_t)result < size ? (size_t)result : size);
  if (disk->operation == END) {
    uv_thread_join(&disk->thread);
    uv_sem_destroy(&disk->asked);
    close(disk->done_fd);
    free(disk->buffer);
    free(disk);
    result = 0;
  }
  return make_int(env, result);
}

void init_disk(napi_env env, napi_value exports) {
  export_function(env, exports, "diskStart", disk_start);
  export_function(env, exports, "diskAsk", disk_ask);
  export_function(env, exports, "diskAnswer", disk_answer);
}
