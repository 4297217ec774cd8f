// SPDX-License-Identifier: Apache-2.0
// A pair of processes: peer spin|socket|packet|silence|file|seal|fault CPU1 CPU2.
//   spin     64 bytes there and back through shared memory, both ends spin
//   socket   the same through a unix stream socketpair
//   packet   the same through a unix seqpacket socketpair
//   silence  as socket, after 500 us in which nothing happens
//   file     a descriptor and 64 bytes there, 64 bytes back, seqpacket socketpair
//   seal     64 MiB in a memory file: from written to sealed, sent, mapped and answered
//   fault    a page is touched for the first time; the other process handles the fault
// Prints the two pids. For each line "warm COUNT" or "run COUNT" on standard input it makes that many
// round trips and prints a line: their percentiles 50, 90, 99, 99.9 and the longest, in nanoseconds.
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define MEMORY (64ul << 20)
#define PART (2ul << 20)
#define PAGE 4096ul
#ifndef UFFD_USER_MODE_ONLY
#define UFFD_USER_MODE_ONLY 1
#endif
#define SEALS (F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL)

enum mode { SPIN, SOCKET, PACKET, SILENCE, DESCRIPTOR, SEAL, SEAL_PARTS, FAULT };
static const char *const names[] = {"spin",   "socket", "packet",     "silence",
                                    "file",   "seal",   "seal-parts", "fault"};

struct side {
  _Alignas(128) _Atomic uint64_t count;
  char body[64];
};

static struct side *shared;
static int ends[2];
static char body[64];
static uint64_t count;
static int file;

static void need(int good, const char *what) {
  if (!good) {
    perror(what);
    exit(4);
  }
}

static void pin(int cpu) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(cpu, &set);
  need(!sched_setaffinity(0, sizeof set, &set), "sched_setaffinity");
}

static uint64_t now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000000000ull + t.tv_nsec;
}

static void spin_take(struct side *from, uint64_t expected) {
  while (atomic_load_explicit(&from->count, memory_order_acquire) != expected)
    __builtin_ia32_pause();
  memcpy(body, from->body, sizeof body);
}

static void spin_put(struct side *to, uint64_t value) {
  memcpy(to->body, body, sizeof body);
  atomic_store_explicit(&to->count, value, memory_order_release);
}

static void put(int socket) { need(write(socket, body, sizeof body) == sizeof body, "write"); }

static void take(int socket) { need(read(socket, body, sizeof body) == sizeof body, "read"); }

static void put_descriptor(int socket, int descriptor) {
  char control[CMSG_SPACE(sizeof(int))] = {0};
  struct iovec part = {body, sizeof body};
  struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = control,
                           .msg_controllen = sizeof control};
  struct cmsghdr *head = CMSG_FIRSTHDR(&message);
  head->cmsg_level = SOL_SOCKET;
  head->cmsg_type = SCM_RIGHTS;
  head->cmsg_len = CMSG_LEN(sizeof(int));
  memcpy(CMSG_DATA(head), &descriptor, sizeof descriptor);
  need(sendmsg(socket, &message, 0) == sizeof body, "sendmsg");
}

static int take_descriptor(int socket) {
  char control[CMSG_SPACE(sizeof(int))];
  struct iovec part = {body, sizeof body};
  struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = control,
                           .msg_controllen = sizeof control};
  if (recvmsg(socket, &message, MSG_CMSG_CLOEXEC) <= 0) exit(0);
  struct cmsghdr *head = CMSG_FIRSTHDR(&message);
  need(head && head->cmsg_type == SCM_RIGHTS, "recvmsg");
  int descriptor;
  memcpy(&descriptor, CMSG_DATA(head), sizeof descriptor);
  return descriptor;
}

static void map(int descriptor) {
  struct stat status;
  need(fcntl(descriptor, F_GET_SEALS) == SEALS, "seals");
  need(!fstat(descriptor, &status), "fstat");
  char *memory = mmap(0, status.st_size, PROT_READ, MAP_SHARED, descriptor, 0);
  need(memory != MAP_FAILED, "mmap");
  body[0] = memory[status.st_size - 1];
  munmap(memory, status.st_size);
}

static void handle_faults(void) {
  int faults = take_descriptor(ends[1]);
  static _Alignas(4096) char page[PAGE];
  memset(page, 1, sizeof page);
  for (;;) {
    struct uffd_msg message;
    if (read(faults, &message, sizeof message) != sizeof message) exit(0);
    struct uffdio_copy copy = {.dst = message.arg.pagefault.address & ~(PAGE - 1),
                               .src = (unsigned long)page, .len = PAGE};
    need(!ioctl(faults, UFFDIO_COPY, &copy), "UFFDIO_COPY");
  }
}

static int faults(void) {
  int descriptor = syscall(SYS_userfaultfd, O_CLOEXEC | UFFD_USER_MODE_ONLY);
  struct uffdio_api api = {.api = UFFD_API};
  need(descriptor >= 0 && !ioctl(descriptor, UFFDIO_API, &api), "userfaultfd");
  return descriptor;
}

static char *untouched(int descriptor, size_t bytes) {
  char *memory = mmap(0, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  need(memory != MAP_FAILED, "mmap");
  struct uffdio_register range = {.range = {(unsigned long)memory, bytes},
                                  .mode = UFFDIO_REGISTER_MODE_MISSING};
  need(!ioctl(descriptor, UFFDIO_REGISTER, &range), "UFFDIO_REGISTER");
  return memory;
}

static uint64_t touch(volatile char *page) {
  uint64_t begin = now();
  need(*page == 1, "another page arrived");
  return now() - begin;
}

static void serve(enum mode mode) {
  if (mode == FAULT) handle_faults();
  for (uint64_t i = 1;; i++) {
    if (mode == SPIN) {
      spin_take(&shared[0], i);
      spin_put(&shared[1], i);
    } else if (mode >= DESCRIPTOR) {
      int descriptor = take_descriptor(ends[1]);
      if (mode >= SEAL) map(descriptor);
      close(descriptor);
      put(ends[1]);
    } else {
      take(ends[1]);
      put(ends[1]);
    }
  }
}

static int written(size_t part) {
  int descriptor = memfd_create("seal", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  need(descriptor >= 0 && !ftruncate(descriptor, MEMORY), "memfd_create");
  for (size_t offset = 0; offset < MEMORY; offset += part) {
    if (offset > 0) munmap(shared, part);
    shared = mmap(0, part, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, offset);
    need(shared != MAP_FAILED, "mmap");
    memset(shared, 1, part);
  }
  return descriptor;
}

static uint64_t call(enum mode mode) {
  size_t part = mode == SEAL ? MEMORY : PART;
  int memory = mode >= SEAL ? written(part) : -1;
  uint64_t begin = now();
  if (mode == SPIN) {
    count++;
    spin_put(&shared[0], count);
    spin_take(&shared[1], count);
  } else if (mode == DESCRIPTOR) {
    put_descriptor(ends[0], file);
    take(ends[0]);
  } else if (mode >= SEAL) {
    munmap(shared, part);
    need(!fcntl(memory, F_ADD_SEALS, SEALS), "seal");
    put_descriptor(ends[0], memory);
    take(ends[0]);
    need(body[0] == 1, "other memory arrived");
  } else {
    put(ends[0]);
    take(ends[0]);
  }
  uint64_t nanos = now() - begin;
  if (memory >= 0) close(memory);
  return nanos;
}

static int compare(const void *a, const void *b) {
  uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
  return x < y ? -1 : x > y;
}

int main(int argc, char **argv) {
  int mode = SPIN;
  while (argc == 4 && mode <= FAULT && strcmp(argv[1], names[mode])) mode++;
  if (argc != 4 || mode > FAULT) return 2;
  int packets = mode == PACKET || mode >= DESCRIPTOR;
  shared = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  file = open("/dev/null", O_RDONLY | O_CLOEXEC);
  need(!socketpair(AF_UNIX, packets ? SOCK_SEQPACKET : SOCK_STREAM, 0, ends), "socketpair");
  pid_t child = fork();
  if (!child) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    close(ends[0]);
    pin(atoi(argv[3]));
    serve(mode);
  }
  close(ends[1]);
  pin(atoi(argv[2]));
  printf("%d %d\n", (int)getpid(), (int)child);
  fflush(stdout);
  int handled = -1;
  if (mode == FAULT) put_descriptor(ends[0], handled = faults());
  char order[8];
  int calls;
  while (scanf("%7s %d", order, &calls) == 2) {
    uint64_t *t = malloc(8ul * calls);
    char *pages = mode == FAULT ? untouched(handled, PAGE * calls) : 0;
    for (int i = 0; i < calls; i++) {
      if (mode == SILENCE && order[0] == 'r') {
        struct timespec silence = {0, 500000};
        nanosleep(&silence, 0);
      }
      t[i] = mode == FAULT ? touch(pages + PAGE * i) : call(mode);
    }
    if (pages) munmap(pages, PAGE * calls);
    qsort(t, calls, 8, compare);
    int last = calls - 1;
    printf("%lu %lu %lu %lu %lu\n", t[last / 2], t[(long)last * 9 / 10], t[(long)last * 99 / 100],
           t[(long)last * 999 / 1000], t[last]);
    fflush(stdout);
    free(t);
  }
  kill(child, SIGKILL);
  return 0;
}
