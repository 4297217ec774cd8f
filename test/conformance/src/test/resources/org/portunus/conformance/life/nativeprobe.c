// SPDX-License-Identifier: Apache-2.0
// The native code of NativeProbeService; ANSWER is given when it is compiled.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>

int Java_portunus_lifeprobe_NativeProbeService_twiceNative(void *env, void *type, int value) {
  return 2 * value;
}

int answer(void) { return ANSWER; }

int end0(void) { return *(volatile int *)0; }

int end1(void) { abort(); }

int end2(void) { __builtin_trap(); }

static int result(long value) { return value < 0 ? errno : 0; }

// What would make a file that can be both written and executed: 0 if it works.
int attempt(int number, const char *library) {
  switch (number) {
    case 0:
      return result(open(library, O_RDWR));
    case 1:
      return result(open("/portunus/native/other.so", O_CREAT | O_RDWR, 0755));
    case 2:
      return result(memfd_create("code", 0));
    default: {
      int file = open(library, O_RDONLY);
      return result((long)mmap(0, 4096, PROT_WRITE | PROT_EXEC, MAP_SHARED, file, 0));
    }
  }
}
