// SPDX-License-Identifier: Apache-2.0
package org.portunus.linux.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.portunus.linux.arch.Call;

class SystemCallTest {
  @Test
  void aResultIsTheValueOrTheNegativeError() {
    assertThat(SystemCall.invoke(Call.GETPID)).isEqualTo(ProcessHandle.current().pid());
    assertThat(SystemCall.invoke(Call.CLOSE, -1)).isEqualTo(-Errno.EBADF.number());
    assertThat(Errno.EBADF.is(SystemCall.invoke(Call.CLOSE, -1))).isTrue();
    assertThat(Errno.EBADF.is(0)).isFalse();
    assertThat(SystemCall.invoke(1023, 0, 0, 0, 0, 0, 0)).isEqualTo(-Errno.ENOSYS.number());
  }

  @Test
  void eachThreadHasItsOwnError() throws Exception {
    long[] results = new long[2];
    Thread[] threads = new Thread[2];
    for (int i = 0; i < 2; i++) {
      int index = i;
      threads[i] =
          Thread.ofPlatform()
              .start(() -> {
                long expected = index == 0 ? -Errno.EBADF.number() : -Errno.EINVAL.number();
                for (int round = 0; round < 5000; round++) {
                  long result =
                      index == 0
                          ? SystemCall.invoke(Call.CLOSE, -1)
                          : SystemCall.invoke(Call.EPOLL_CREATE1, 7);
                  results[index] += result == expected ? 1 : 0;
                }
              });
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(results).containsExactly(5000, 5000);
  }

  @Test
  void anExceptionNamesTheOperationAndTheError() {
    assertThatThrownBy(() -> LinuxException.check("openat /x", -2))
        .isInstanceOfSatisfying(LinuxException.class, e -> assertThat(e.number()).isEqualTo(2))
        .hasMessage("openat /x: No such file or directory (ENOENT)");
    assertThatThrownBy(() -> LinuxException.check("x", -4000)).hasMessage("x: error 4000");
  }

  @Test
  void aMissingFunctionIsNamed() {
    assertThatThrownBy(() -> SystemCall.LibraryFunction.of("no_such_function"))
        .isInstanceOf(UnsatisfiedLinkError.class)
        .hasMessageContaining("no_such_function");
  }
}
