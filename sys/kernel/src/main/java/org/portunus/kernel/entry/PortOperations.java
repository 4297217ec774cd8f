// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.entry;

import java.util.Optional;
import org.portunus.abi.identity.PeerRequirement;
import org.portunus.abi.mach.Disposition;
import org.portunus.abi.mach.KernReturn;
import org.portunus.abi.mach.RightKind;
import org.portunus.abi.wire.KernelFrame;
import org.portunus.abi.wire.MalformedFrameException;
import org.portunus.abi.wire.PortDescriptor;
import org.portunus.abi.wire.WireReader;
import org.portunus.abi.wire.WireWriter;
import org.portunus.kernel.object.Outcome;
import org.portunus.kernel.object.Port;
import org.portunus.kernel.object.PortStatus;
import org.portunus.kernel.object.Space;

/** Decodes the operations on names and rights, carries them out in a space, encodes the result. */
final class PortOperations {
  private PortOperations() {}

  /** What goes into a reply: a result, and a body that is empty unless it is SUCCESS. */
  record Answer(int result, byte[] body) {
    static final Answer SUCCESS = new Answer(0, new byte[0]);

    static Answer of(KernReturn result) {
      return new Answer(result.number(), new byte[0]);
    }

    static Answer of(WireWriter body) {
      return new Answer(0, body.toBytes());
    }

    static Answer ofNumber(Outcome<Integer> outcome) {
      return outcome
          .value()
          .map(value -> of(new WireWriter().i32(value)))
          .orElseGet(() -> of(outcome.result()));
    }
  }

  static Answer allocate(Space space, KernelFrame frame) throws MalformedFrameException {
    WireReader in = new WireReader(frame.body());
    Optional<RightKind> kind = RightKind.of(in.u8("kind"));
    in.end();
    return kind.map(k -> Answer.ofNumber(space.allocate(k)))
        .orElseGet(() -> Answer.of(KernReturn.INVALID_VALUE));
  }

  static Answer allocateAll(Space space, KernelFrame frame) throws MalformedFrameException {
    WireReader in = new WireReader(frame.body());
    Optional<RightKind> kind = RightKind.of(in.u8("kind"));
    int count = in.u16("count");
    in.end();
    if (kind.isEmpty()) {
      return Answer.of(KernReturn.INVALID_VALUE);
    }
    Outcome<int[]> names = space.allocate(kind.get(), count);
    if (names.value().isEmpty()) {
      return Answer.of(names.result());
    }
    WireWriter body = new WireWriter();
    for (int name : names.value().get()) {
      body.i32(name);
    }
    return Answer.of(body);
  }

  static Answer insertRight(Space space, KernelFrame frame) throws MalformedFrameException {
    WireReader in = new WireReader(frame.body());
    int name = in.i32("name");
    int right = in.i32("right");
    Optional<Disposition> disposition = Disposition.of(in.u8("disposition"));
    in.end();
    return Answer.of(
        disposition.map(d -> space.insertRight(name, right, d)).orElse(KernReturn.INVALID_VALUE));
  }

  static Answer modRefs(Space space, KernelFrame frame) throws MalformedFrameException {
    WireReader in = new WireReader(frame.body());
    int name = in.i32("name");
    int kind = in.u8("kind");
    int delta = in.i32("delta");
    in.end();
    return Answer.of(space.modRefs(name, kind, delta));
  }

  static Answer deallocate(Space space, KernelFrame frame) throws MalformedFrameException {
    return Answer.of(space.deallocate(onlyName(frame)));
  }

  /** A requirement that may stand at the end of a frame. */
  static Optional<PeerRequirement> requirement(WireReader in) throws MalformedFrameException {
    if (in.remaining() == 0) {
      return Optional.empty();
    }
    String text = in.string("requirement", PeerRequirement.MAX_TEXT);
    in.end();
    try {
      return Optional.of(PeerRequirement.parse(text));
    } catch (IllegalArgumentException wrong) {
      throw new MalformedFrameException(String.valueOf(wrong.getMessage()));
    }
  }

  static Answer require(Space space, KernelFrame frame) throws MalformedFrameException {
    WireReader in = new WireReader(frame.body());
    int name = in.i32("name");
    Optional<PeerRequirement> requirement = requirement(in);
    Outcome<Port> port = space.receiveRightPort(name);
    port.value().ifPresent(known -> known.setClientRequirement(requirement));
    return Answer.of(port.result());
  }

  static Answer destroy(Space space, KernelFrame frame) throws MalformedFrameException {
    return Answer.of(space.destroy(onlyName(frame)));
  }

  static Answer getRefs(Space space, KernelFrame frame) throws MalformedFrameException {
    WireReader in = new WireReader(frame.body());
    int name = in.i32("name");
    int kind = in.u8("kind");
    in.end();
    return Answer.ofNumber(space.getRefs(name, kind));
  }

  static Answer type(Space space, KernelFrame frame) throws MalformedFrameException {
    return Answer.ofNumber(space.type(onlyName(frame)));
  }

  static Answer status(Space space, KernelFrame frame) throws MalformedFrameException {
    Outcome<PortStatus> outcome = space.status(onlyName(frame));
    if (outcome.value().isEmpty()) {
      return Answer.of(outcome.result());
    }
    PortStatus status = outcome.value().get();
    return Answer.of(
        new WireWriter()
            .i32(status.makeSendCount())
            .i32(status.sequenceNumber())
            .i32(status.queueLimit())
            .i32(status.messages())
            .i32(status.sendOnceRights())
            .u8(status.sendRights() ? 1 : 0)
            .u8(status.portDestroyedRequest() ? 1 : 0)
            .u8(status.noSendersRequest() ? 1 : 0));
  }

  static Answer setQueueLimit(Space space, KernelFrame frame) throws MalformedFrameException {
    WireReader in = new WireReader(frame.body());
    int name = in.i32("name");
    int limit = in.i32("limit");
    in.end();
    return Answer.of(space.setQueueLimit(name, limit));
  }

  static Answer requestNotification(Space space, KernelFrame frame) throws MalformedFrameException {
    WireReader in = new WireReader(frame.body());
    int name = in.i32("name");
    int kind = in.u8("kind");
    int sync = in.i32("sync");
    Optional<PortDescriptor> notify = Optional.empty();
    if (in.u8("present") == 1) {
      int notifyName = in.i32("notify");
      int number = in.u8("disposition");
      notify =
          Optional.of(
              new PortDescriptor(
                  notifyName,
                  Disposition.of(number)
                      .orElseThrow(() -> new MalformedFrameException("disposition is " + number))));
    }
    in.end();
    Outcome<Optional<PortDescriptor>> outcome = space.requestNotification(name, kind, sync, notify);
    if (outcome.value().isEmpty()) {
      return Answer.of(outcome.result());
    }
    WireWriter out = new WireWriter();
    Optional<PortDescriptor> previous = outcome.value().get();
    out.u8(previous.isPresent() ? 1 : 0);
    previous.ifPresent(right -> out.i32(right.name()));
    return Answer.of(out);
  }

  static Answer moveMember(Space space, KernelFrame frame) throws MalformedFrameException {
    WireReader in = new WireReader(frame.body());
    int member = in.i32("member");
    int set = in.i32("set");
    in.end();
    return Answer.of(space.moveMember(member, set));
  }

  static int onlyName(KernelFrame frame) throws MalformedFrameException {
    WireReader in = new WireReader(frame.body());
    int name = in.i32("name");
    in.end();
    return name;
  }
}
