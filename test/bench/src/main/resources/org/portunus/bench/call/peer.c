// SPDX-License-Identifier: Apache-2.0
// Round trips of 64 bytes between two processes: peer spin|socket CPU1 CPU2.
// Prints the two pids; for each line with a count on standard input it makes that many round trips
// and prints their percentiles 50, 90, 99, 99.9 and the longest, in nanoseconds.
#define _GNU_SOURCE
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

struct side {
  _Alignas(128) _Atomic uint64_t count;
  char body[64];
};

static struct side *shared;
static int ends[2];
static char body[64];
static uint64_t count;

static void pin(int cpu) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(cpu, &set);
  if (sched_setaffinity(0, sizeof set, &set)) exit(3);
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

static void serve(int spins) {
  for (uint64_t i = 1;; i++) {
    if (spins) {
      spin_take(&shared[0], i);
      spin_put(&shared[1], i);
    } else {
      if (read(ends[1], body, sizeof body) != sizeof body) exit(0);
      if (write(ends[1], body, sizeof body) != sizeof body) exit(0);
    }
  }
}

static void call(int spins) {
  if (spins) {
    count++;
    spin_put(&shared[0], count);
    spin_take(&shared[1], count);
  } else {
    if (write(ends[0], body, sizeof body) != sizeof body) exit(4);
    if (read(ends[0], body, sizeof body) != sizeof body) exit(4);
  }
}

static int compare(const void *a, const void *b) {
  uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
  return x < y ? -1 : x > y;
}

int main(int argc, char **argv) {
  if (argc != 4) return 2;
  int spins = !strcmp(argv[1], "spin");
  shared = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends)) return 3;
  pid_t child = fork();
  if (!child) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    close(ends[0]);
    pin(atoi(argv[3]));
    serve(spins);
  }
  close(ends[1]);
  pin(atoi(argv[2]));
  printf("%d %d\n", (int)getpid(), (int)child);
  fflush(stdout);
  int calls;
  while (scanf("%d", &calls) == 1) {
    uint64_t *t = malloc(8ul * calls);
    for (int i = 0; i < calls; i++) {
      uint64_t begin = now();
      call(spins);
      t[i] = now() - begin;
    }
    qsort(t, calls, 8, compare);
    printf("%lu %lu %lu %lu %lu\n", t[calls / 2], t[calls / 10 * 9], t[calls / 100 * 99],
           t[calls / 1000 * 999], t[calls - 1]);
    fflush(stdout);
    free(t);
  }
  kill(child, SIGKILL);
  return 0;
}
