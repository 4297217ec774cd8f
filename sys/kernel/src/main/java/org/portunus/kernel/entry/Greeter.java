// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.entry;

import java.util.List;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.id.InstanceId;
import org.portunus.abi.wire.Hello;
import org.portunus.abi.wire.KernelFrame;
import org.portunus.abi.wire.MalformedFrameException;
import org.portunus.abi.wire.WireReader;
import org.portunus.abi.wire.WireWriter;
import org.portunus.kernel.link.Links;
import org.portunus.kernel.object.Port;
import org.portunus.kernel.session.Session;
import org.portunus.kernel.task.RunningTask;
import org.portunus.linux.call.Errno;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.file.Descriptor;

/**
 * The kernel's side of the hello on a kernel socket: versions, limits, and the first names of the
 * task.
 */
public final class Greeter {
  private final Hello own;
  private final InstanceId instance;
  private final Port hostPort;
  private final Bootstrap bootstrap;
  private final Links links;

  /** The bootstrap port: launchd gets the receive right, everybody a send right. */
  public interface Bootstrap {
    /** Names for this task; 0 for a right that it does not get. */
    FirstNames namesFor(RunningTask task);
  }

  /**
   * The names that a task starts with.
   *
   * @param bootstrap send right to the bootstrap port
   * @param bootstrapReceive its receive right, for launchd
   */
  public record FirstNames(int bootstrap, int bootstrapReceive) {}

  /**
   * Makes the part.
   *
   * @param features feature bits of this kernel: {@link Hello#DIRECT_FILE_RIGHTS} or none
   */
  public Greeter(
      InstanceId instance, Port hostPort, Bootstrap bootstrap, Links links, long features) {
    this.links = links;
    this.own =
        new Hello(
            Hello.oldestSpoken(),
            Hello.newestSpoken(),
            features
                | Hello.PEER_REQUIREMENTS
                | Hello.LINKS
                | Hello.RIGHT_TICKETS
                | Hello.LAST_CALLS,
            KernelFrame.MAX_BODY,
            KernelFrame.MAX_DESCRIPTORS,
            MessageOperations.MAX_RECEIVES,
            0);
    this.instance = instance;
    this.hostPort = hostPort;
    this.bootstrap = bootstrap;
  }

  void greet(RunningTask task, Session session, KernelFrame frame) throws MalformedFrameException {
    WireReader in = new WireReader(frame.body());
    Hello peer = Hello.read(in);
    in.end();
    int version = own.versionWith(peer);
    WireWriter body = new WireWriter();
    if (version == 0) {
      body.string(
          "the kernel speaks %d to %d, the task %d to %d"
              .formatted(own.lowest(), own.highest(), peer.lowest(), peer.highest()));
      session.reply(frame, ErrorCode.VERSION.number(), body.toBytes(), List.of());
      return;
    }
    Hello agreed = own.agree(peer, version);
    List<Descriptor> memory = List.of();
    if ((agreed.features() & Hello.LINKS) != 0) {
      try {
        memory = links.greet(task);
      } catch (LinuxException failure) {
        session.reply(
            frame,
            codeOf(failure).number(),
            new WireWriter().string("sever words: " + failure.getMessage()).toBytes(),
            List.of());
        return;
      }
    }
    boolean launchd = task.kind() == RunningTask.Kind.LAUNCHD;
    FirstNames names = bootstrap.namesFor(task);
    int host = launchd ? task.task().space().grantSend(hostPort).orElseThrow() : 0;
    agreed.write(body);
    body.i64(instance.high()).i64(instance.low()).i32(task.task().id().epoch());
    body.i64(task.number()).i32(names.bootstrap()).i32(host).i32(names.bootstrapReceive());
    task.advance(RunningTask.State.LAUNCHED, RunningTask.State.GREETED);
    session.reply(frame, 0, body.toBytes(), memory);
  }

  private static ErrorCode codeOf(LinuxException failure) {
    return failure.is(Errno.EMFILE) || failure.is(Errno.ENFILE)
        ? ErrorCode.LIMIT_DESCRIPTORS
        : ErrorCode.SYSTEM_CALL;
  }
}
