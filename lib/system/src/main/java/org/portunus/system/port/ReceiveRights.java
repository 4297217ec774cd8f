// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.port;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.portunus.abi.mach.RightKind;
import org.portunus.abi.wire.KernelOperation;
import org.portunus.abi.wire.OutgoingMessage;
import org.portunus.abi.wire.PortDescriptor;
import org.portunus.abi.wire.PortOptions;
import org.portunus.abi.wire.WireReader;
import org.portunus.abi.wire.WireWriter;

/**
 * The part of a kernel socket that is about receive rights with attributes, sets and exceptions:
 * one method for each operation, as in {@link KernelSocket}.
 */
public final class ReceiveRights {
  private static final int MAX_NAME = 4096;

  private final Questions questions;

  ReceiveRights(Questions questions) {
    this.questions = questions;
  }

  private static WireWriter name(PortName name) {
    return new WireWriter().i32(name.number());
  }

  /** PORT_CONSTRUCT; the context is the guard with CONTEXT_AS_GUARD. */
  public PortName construct(PortOptions options, long context) {
    WireWriter body = new WireWriter();
    options.write(body);
    return ReplyReading.name(
        questions.ask(KernelOperation.PORT_CONSTRUCT, body.i64(context)), "constructed name");
  }

  /** PORT_DESTRUCT: ends the port, and changes the send references of its name. */
  public void destruct(PortName name, int difference, long guard) {
    questions.done(KernelOperation.PORT_DESTRUCT, name(name).i32(difference).i64(guard));
  }

  /** PORT_GUARD, with a mask of {@link org.portunus.abi.mach.GuardFlag}. */
  public void guard(PortName name, long guard, long flags) {
    questions.done(KernelOperation.PORT_GUARD, name(name).i64(guard).i64(flags));
  }

  /** PORT_UNGUARD. */
  public void unguard(PortName name, long guard) {
    questions.done(KernelOperation.PORT_UNGUARD, name(name).i64(guard));
  }

  /** PORT_SWAP_GUARD. */
  public void swapGuard(PortName name, long guard, long next) {
    questions.done(KernelOperation.PORT_SWAP_GUARD, name(name).i64(guard).i64(next));
  }

  /** PORT_GET_CONTEXT; 0 of a strictly guarded port. */
  public long context(PortName name) {
    return ReplyReading.read(
        questions.ask(KernelOperation.PORT_GET_CONTEXT, name(name)),
        in -> {
          long context = in.i64("context");
          in.end();
          return context;
        });
  }

  /** PORT_SET_CONTEXT. */
  public void setContext(PortName name, long context) {
    questions.done(KernelOperation.PORT_SET_CONTEXT, name(name).i64(context));
  }

  /** PORT_ASSERT_GUARD. */
  public void assertGuard(PortName name, long guard) {
    questions.done(KernelOperation.PORT_ASSERT_GUARD, name(name).i64(guard));
  }

  /** PORT_GET_FLAGS: mask of MACH_PORT_STATUS_FLAG_*. */
  public int flags(PortName name) {
    return ReplyReading.number(
        questions.ask(KernelOperation.PORT_GET_FLAGS, name(name)), "port flags");
  }

  /** PORT_GET_SERVICE. */
  public String service(PortName name) {
    return ReplyReading.read(
        questions.ask(KernelOperation.PORT_GET_SERVICE, name(name)),
        in -> {
          String service = in.string("service", MAX_NAME);
          in.end();
          return service;
        });
  }

  /** PORT_IS_CONNECTION_OF: whether a connection port belongs to a service port. */
  public boolean isConnectionOf(PortName connection, PortName service) {
    return ReplyReading.read(
        questions.ask(
            KernelOperation.PORT_IS_CONNECTION_OF, name(connection).i32(service.number())),
        in -> {
          boolean belongs = in.u8("belongs") == 1;
          in.end();
          return belongs;
        });
  }

  /** PORT_ALLOCATE_NAME: a right under a name of the caller's choice. */
  public void allocateName(RightKind kind, PortName name) {
    questions.done(
        KernelOperation.PORT_ALLOCATE_NAME, new WireWriter().u8(kind.number()).i32(name.number()));
  }

  /** PORT_INSERT_MEMBER: into a set, beside others. */
  public void insertMember(PortName member, PortName set) {
    questions.done(KernelOperation.PORT_INSERT_MEMBER, name(member).i32(set.number()));
  }

  /** PORT_EXTRACT_MEMBER: out of one set. */
  public void extractMember(PortName member, PortName set) {
    questions.done(KernelOperation.PORT_EXTRACT_MEMBER, name(member).i32(set.number()));
  }

  /** PORT_GET_SET_STATUS: the members of a set. */
  public List<PortName> members(PortName set) {
    WireReader reply = questions.ask(KernelOperation.PORT_GET_SET_STATUS, name(set));
    return ReplyReading.read(
        reply,
        in -> {
          int count = in.i32("members");
          List<PortName> members = new ArrayList<>();
          for (int i = 0; i < count; i++) {
            members.add(new PortName(in.i32("member")));
          }
          in.end();
          return List.copyOf(members);
        });
  }

  /** PORT_ALLOCATE_ALL: as many new names of this kind, or none. */
  public List<PortName> allocate(RightKind kind, int count) {
    WireReader reply =
        questions.ask(
            KernelOperation.PORT_ALLOCATE_ALL, new WireWriter().u8(kind.number()).u16(count));
    return ReplyReading.read(
        reply,
        in -> {
          List<PortName> names = new ArrayList<>(count);
          for (int i = 0; i < count; i++) {
            names.add(new PortName(in.i32("name")));
          }
          in.end();
          return List.copyOf(names);
        });
  }

  /** MESSAGE_SEND_NOTIFY: with SEND_TIMED_OUT the send-possible request is armed. */
  public void sendOrNotify(OutgoingMessage message) {
    questions.done(KernelOperation.MESSAGE_SEND_NOTIFY, new WireWriter().fixed(message.toBytes()));
  }

  /**
   * One name of this task.
   *
   * @param type bits of {@link RightKind#typeBit}
   */
  public record NamedRight(PortName name, int type) {}

  /** PORT_NAMES: every name of this task. */
  public List<NamedRight> names() {
    WireReader reply = questions.ask(KernelOperation.PORT_NAMES, new WireWriter());
    return ReplyReading.read(
        reply,
        in -> {
          int count = in.i32("names");
          List<NamedRight> names = new ArrayList<>();
          for (int i = 0; i < count; i++) {
            names.add(new NamedRight(new PortName(in.i32("name")), in.i32("type")));
          }
          in.end();
          return List.copyOf(names);
        });
  }

  /**
   * TASK_SET_EXCEPTION_PORT.
   *
   * @param port what gives a send right; empty for nobody
   */
  public void setExceptionPort(Optional<PortDescriptor> port) {
    WireWriter body = new WireWriter().u8(port.isPresent() ? 1 : 0);
    port.ifPresent(right -> body.i32(right.name()).u8(right.disposition().number()));
    questions.done(KernelOperation.TASK_SET_EXCEPTION_PORT, body);
  }
}
