// SPDX-License-Identifier: Apache-2.0
package org.portunus.abi.wire;

import java.util.Optional;

/**
 * A task that a launchd takes over from the one before.
 *
 * @param task counter of its TaskId
 * @param state how far it is
 * @param record what it was started as
 * @param exit how it ended, of one that did
 */
public record Inheritance(long task, State state, LaunchRecord record, Optional<TaskExit> exit) {
  /** How far a task is. */
  public enum State {
    /** It has not got its code yet. */
    STARTING(0),
    RUNNING(1),
    /** It will take no calls any more. */
    EXITING(2),
    ENDED(3);

    private final int number;

    State(int number) {
      this.number = number;
    }

    static State of(int number) throws MalformedFrameException {
      for (State state : values()) {
        if (state.number == number) {
          return state;
        }
      }
      throw new MalformedFrameException("state is " + number);
    }
  }

  private static final int MAX_EXIT = 2048;

  /** Most bytes of a record, so that this fits in one message. */
  public static final int MAX_RECORD = OutgoingMessage.MAX_DATA - 2 * MAX_EXIT;

  public byte[] toBytes() {
    return new WireWriter()
        .i64(task)
        .u8(state.number)
        .bytes(exit.map(TaskExit::toBytes).orElse(new byte[0]))
        .fixed(record.toBytes())
        .toBytes();
  }

  /** Reads one that is the rest of what there is to read. */
  public static Inheritance read(WireReader in) throws MalformedFrameException {
    long task = in.i64("task");
    State state = State.of(in.u8("state"));
    byte[] end = in.bytes("exit", MAX_EXIT);
    if ((end.length > 0) != (state == State.ENDED)) {
      throw new MalformedFrameException("task " + task + " has state " + state);
    }
    Optional<TaskExit> exit = end.length == 0 ? Optional.empty() : Optional.of(TaskExit.read(end));
    if (exit.isPresent() && exit.get().task() != task) {
      throw new MalformedFrameException("the end of task " + exit.get().task() + " for " + task);
    }
    return new Inheritance(task, state, LaunchRecord.read(in), exit);
  }
}
