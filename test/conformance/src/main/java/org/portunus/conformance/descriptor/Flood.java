// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.descriptor;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.wire.KernelFrame;
import org.portunus.abi.wire.KernelOperation;
import org.portunus.abi.wire.MalformedFrameException;
import org.portunus.abi.wire.WireWriter;
import org.portunus.conformance.kernel.RawTask;
import org.portunus.linux.file.Descriptor;

/** Many descriptors at once. */
final class Flood {
  static final String UNASKED = "sixteen lingering sockets with a request that takes none";
  static final String DEPOSITED = "more rights than may wait, sixteen with a message";

  private static final int TASKS = 8;
  private static final int MESSAGES = 64;

  private Flood() {}

  /** Each ends the task that sent it, and nobody else. */
  static String unasked(Path socket, Path folder) throws IOException, MalformedFrameException {
    try (HeldFiles files = make(HostileFile.LINGERING, folder)) {
      Descriptor[] sixteen = new Descriptor[KernelFrame.MAX_DESCRIPTORS];
      Arrays.fill(sixteen, files.descriptor());
      byte[] body = new WireWriter().i32(0).toBytes();
      byte[] frame =
          new KernelFrame(
                  KernelOperation.PORT_TYPE.number(),
                  KernelFrame.REQUEST,
                  sixteen.length,
                  7,
                  0,
                  body)
              .toBytes();
      for (int i = 0; i < TASKS; i++) {
        try (RawTask task = RawTask.greeted(socket)) {
          if (task.raw(frame, sixteen) != frame.length) {
            throw new AssertionError("the frame was not sent");
          }
          task.awaitEnd();
        }
      }
    }
    return "refused: %s, %d tasks".formatted(ErrorCode.PROTOCOL.dotted(), TASKS);
  }

  /** What is beyond the limit ends the connection; nothing waits after that. */
  static String deposited(Path socket, Path folder) throws IOException, MalformedFrameException {
    return deposited(socket, folder, HostileFile.REGULAR_READ_ONLY);
  }

  /** The same with memory that is sealed, to compare with. */
  static String ordinary(Path socket, Path folder) throws IOException, MalformedFrameException {
    return deposited(socket, folder, HostileFile.ORDINARY);
  }

  private static String deposited(Path socket, Path folder, HostileFile file)
      throws IOException, MalformedFrameException {
    try (HeldFiles files = make(file, folder);
        SelfServed task = SelfServed.enter(socket)) {
      Descriptor[] sixteen = new Descriptor[KernelFrame.MAX_DESCRIPTORS];
      Arrays.fill(sixteen, files.descriptor());
      for (int i = 0; i < MESSAGES; i++) {
        task.deposit(file.kind(), sixteen);
      }
      int waiting = task.waiting();
      Optional<ErrorCode> refusal = task.redeem(file.kind());
      if (waiting != 0 || refusal.isEmpty()) {
        throw new AssertionError(waiting + " rights wait after " + MESSAGES + " messages");
      }
      return "refused: " + refusal.get().dotted();
    }
  }

  private static HeldFiles make(HostileFile file, Path folder) throws DescriptorSuite.NotHere {
    try {
      return file.make(folder);
    } catch (IOException missing) {
      throw new DescriptorSuite.NotHere(missing);
    }
  }
}
