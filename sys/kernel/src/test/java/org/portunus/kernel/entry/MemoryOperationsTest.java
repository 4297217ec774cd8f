// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.entry;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.wire.KernelFrame;
import org.portunus.abi.wire.KernelOperation;
import org.portunus.abi.wire.WireReader;
import org.portunus.abi.wire.WireWriter;
import org.portunus.kernel.Peer;
import org.portunus.kernel.TestKernel;
import org.portunus.linux.call.Errno;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.file.Descriptor;
import org.portunus.linux.memory.Mapping;
import org.portunus.linux.memory.MemoryFile;

/** Memory that the kernel makes and seals for a task. */
class MemoryOperationsTest {
  private final TestKernel kernel;
  private final Peer task;

  MemoryOperationsTest() throws LinuxException {
    kernel = new TestKernel();
    task = kernel.peer();
  }

  @AfterEach
  void end() {
    try (kernel;
        task) {
      assertThat(kernel.tasks()).isPositive();
    }
  }

  private KernelFrame create(long size) throws LinuxException {
    return task.ask(KernelOperation.MEMORY_CREATE, new WireWriter().i64(size));
  }

  private long made(long size) throws Exception {
    KernelFrame reply = create(size);
    assertThat(reply.result()).isZero();
    return new WireReader(reply.body()).i64("number");
  }

  private ErrorCode refusal(KernelFrame reply) {
    return ErrorCode.of(reply.result()).orElseThrow();
  }

  private KernelFrame seal(long number) throws LinuxException {
    return task.ask(KernelOperation.MEMORY_SEAL, new WireWriter().i64(number));
  }

  @Test
  void whatTheTaskWroteIsSealedForEver() throws Exception {
    long number = made(8192);
    try (Descriptor memory = task.takeDescriptor()) {
      assertThat(memory.status().size()).isEqualTo(8192);
      try (Arena arena = Arena.ofConfined()) {
        map(memory, arena).fill((byte) 5);
      }
      assertThat(seal(number).result()).isZero();
      assertThat(MemoryFile.sealBits(memory.raw()) & MemoryFile.FULLY_SEALED)
          .isEqualTo(MemoryFile.FULLY_SEALED);
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment read =
            Mapping.map(memory, 0, 8192, Mapping.Access.READ, Mapping.Sharing.SHARED, arena);
        assertThat(read.get(ValueLayout.JAVA_BYTE, 8191)).isEqualTo((byte) 5);
      }
    }
    assertThat(refusal(seal(number)))
        .as("it is the task's alone")
        .isEqualTo(ErrorCode.RIGHT_REFUSED);
  }

  private static MemorySegment map(Descriptor memory, Arena arena) throws LinuxException {
    return Mapping.map(memory, 0, 8192, Mapping.Access.READ_WRITE, Mapping.Sharing.SHARED, arena);
  }

  @Test
  void memoryThatIsMappedForWritingIsNotSealedUntilItIsNot() throws Exception {
    long number = made(8192);
    try (Descriptor memory = task.takeDescriptor()) {
      try (Arena arena = Arena.ofConfined()) {
        map(memory, arena).fill((byte) 5);
        assertThat(refusal(seal(number))).isEqualTo(ErrorCode.RIGHT_REFUSED);
      }
      assertThat(seal(number).result()).isZero();
    }
  }

  @Test
  void itsSizeIsFixedFromTheBeginning() throws Exception {
    made(8192);
    try (MemoryFile memory = MemoryFile.of(task.takeDescriptor())) {
      for (long size : new long[] {0, 4096, 8193}) {
        assertThat(catchErrno(() -> memory.truncate(size))).isEqualTo("EPERM");
      }
    }
  }

  private interface Call {
    void make() throws LinuxException;
  }

  private static String catchErrno(Call call) {
    try {
      call.make();
      return "nothing";
    } catch (LinuxException failure) {
      return failure.is(Errno.EPERM) ? "EPERM" : failure.toString();
    }
  }

  @Test
  void aTaskHasFewThatAreNotSealedAndLargeOnesAreRefused() throws Exception {
    assertThat(refusal(create(0))).isEqualTo(ErrorCode.LIMIT_MEMORY);
    assertThat(refusal(create(MemoryOperations.MAX_BYTES + 1))).isEqualTo(ErrorCode.LIMIT_MEMORY);
    long first = made(1);
    for (int i = 1; i < MemoryOperations.MAX_OPEN; i++) {
      made(1);
    }
    KernelFrame refused = create(1);
    assertThat(refusal(refused)).isEqualTo(ErrorCode.LIMIT_MEMORY);
    assertThat(new WireReader(refused.body()).string("detail", 4096)).startsWith("outside[task-");
    assertThat(seal(first).result()).isZero();
    assertThat(create(1).result()).isZero();
  }

  @Test
  void nobodySealsWhatAnotherTaskMade() throws Exception {
    long number = made(1);
    try (Peer other = kernel.peer()) {
      assertThat(refusal(other.ask(KernelOperation.MEMORY_SEAL, new WireWriter().i64(number))))
          .isEqualTo(ErrorCode.RIGHT_REFUSED);
    }
    assertThat(seal(number).result()).isZero();
  }
}
