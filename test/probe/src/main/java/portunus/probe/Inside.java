// SPDX-License-Identifier: Apache-2.0
package portunus.probe;

import java.io.IOException;
import java.util.Base64;
import java.util.List;
import org.portunus.linux.file.Descriptor;
import org.portunus.linux.seccomp.FilterProgram;
import org.portunus.linux.seccomp.Seccomp;
import org.portunus.linux.socket.ReceivedMessage;
import org.portunus.linux.socket.SeqpacketChannel;
import org.portunus.linux.socket.WaitMode;

/**
 * A task in the start code's place: stacks the second filter, says "ready", receives the right on
 * its kernel socket, makes the attempts that are its arguments.
 */
public final class Inside {
  private static final int KERNEL_SOCKET = 3;
  private static final int MESSAGE = 16;

  private Inside() {}

  /** Prints {@code number=result} for each attempt. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    String filter = System.getProperty("portunus.filter");
    if (filter != null) {
      byte[] bytes = Base64.getDecoder().decode(filter);
      Seccomp.install(FilterProgram.decode(bytes), Seccomp.Threads.ALL);
    }
    System.out.println("ready");
    try (SeqpacketChannel channel = SeqpacketChannel.of(Descriptor.own(KERNEL_SOCKET), MESSAGE);
        ReceivedMessage message = new ReceivedMessage(MESSAGE)) {
      channel.receive(message, WaitMode.WAIT);
      Descriptor right = message.takeDescriptor(0);
      List<String> attempts = List.of(arguments);
      for (int i = 0; i < attempts.size(); i++) {
        System.out.println(i + "=" + Attempts.perform(attempts.get(i), right.raw()));
      }
    }
    System.exit(0);
  }
}
