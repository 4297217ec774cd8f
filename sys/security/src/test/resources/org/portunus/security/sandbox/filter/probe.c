// SPDX-License-Identifier: Apache-2.0
// Usage: probe FILTER < calls > results
// A call is "abi number a b c", abi n (64-bit) or i (32-bit). Each is made in a process of its own
// that has installed the filter. A result is "errno N", "done", "signal N" or "blocked".
#define _GNU_SOURCE
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { DONE = 250, UNFILTERED = 251 };

static void child(struct sock_fprog *program, char abi, long number, long a, long b, long c) {
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, program))
    syscall(SYS_exit_group, UNFILTERED);
  long result;
  if (abi == 'i') {
    __asm__ volatile("int $0x80"
                     : "=a"(result)
                     : "a"(number), "b"(a), "c"(b), "d"(c)
                     : "memory", "r8", "r9", "r10", "r11");
  } else {
    register long r10 __asm__("r10") = -1, r8 __asm__("r8") = -1, r9 __asm__("r9") = -1;
    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
                     : "memory", "rcx", "r11");
  }
  syscall(SYS_exit_group, result < 0 && result > -200 ? -result : DONE);
}

int main(int count, char **arguments) {
  static struct sock_filter code[4096];
  FILE *file = count == 2 ? fopen(arguments[1], "rb") : NULL;
  if (!file) return 2;
  struct sock_fprog program = {fread(code, sizeof code[0], 4096, file), code};
  sigset_t ended;
  sigemptyset(&ended);
  sigaddset(&ended, SIGCHLD);
  sigprocmask(SIG_BLOCK, &ended, NULL);
  char abi;
  long number, a, b, c;
  while (scanf(" %c %ld %ld %ld %ld", &abi, &number, &a, &b, &c) == 5) {
    pid_t pid = fork();
    if (pid < 0) return 3;
    if (pid == 0) child(&program, abi, number, a, b, c);
    struct timespec patience = {3, 0};
    int status, blocked = 0;
    while (waitpid(pid, &status, WNOHANG) == 0) {
      if (sigtimedwait(&ended, NULL, &patience) < 0 && errno == EAGAIN) {
        blocked = 1;
        kill(pid, SIGKILL);
        waitpid(pid, &status, 0);
        break;
      }
    }
    if (blocked) puts("blocked");
    else if (WIFSIGNALED(status)) printf("signal %d\n", WTERMSIG(status));
    else if (WEXITSTATUS(status) == UNFILTERED) return 4;
    else if (WEXITSTATUS(status) > 0 && WEXITSTATUS(status) < 200)
      printf("errno %d\n", WEXITSTATUS(status));
    else puts("done");
  }
  return 0;
}
