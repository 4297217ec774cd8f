// SPDX-License-Identifier: Apache-2.0
package org.portunus.abi.wire;

import org.portunus.abi.mach.Disposition;

/**
 * A descriptor in the body of a message: mach_msg_descriptor_t. Rights and memory themselves travel
 * beside the descriptors, in the order of these.
 *
 * <p>Memory is made by the kernel and fully sealed, so there is nothing to copy: the receiver gets
 * the object that the sender has, and nobody can change it.
 */
public sealed interface MessagePart {
  /** The type on the wire. */
  int type();

  /** How many rights of the message are this descriptor's. */
  int rights();

  /** Bytes of it in XNU's layout for 64 bits. */
  default int bytes() {
    return 16;
  }

  /** MACH_MSG_PORT_DESCRIPTOR: one right. */
  record Port() implements MessagePart {
    public static final int TYPE = 0;

    @Override
    public int type() {
      return TYPE;
    }

    @Override
    public int rights() {
      return 1;
    }

    @Override
    public int bytes() {
      return 12;
    }
  }

  /**
   * MACH_MSG_OOL_DESCRIPTOR: a sealed memory object, none if its size is 0.
   *
   * @param size in bytes, as the sender says
   * @param deallocate the sender gives its own up; a receiver has always one to give up
   */
  record Memory(long size, boolean deallocate) implements MessagePart {
    public static final int TYPE = 1;

    @Override
    public int type() {
      return TYPE;
    }

    @Override
    public int rights() {
      return 0;
    }
  }

  /**
   * MACH_MSG_OOL_VOLATILE_DESCRIPTOR: memory of fixed size that its producer goes on to write and
   * nobody else can; its receiver reads copies. None if its size is 0.
   *
   * @param size in bytes, as the sender says
   * @param deallocate as for {@link Memory}
   */
  record VolatileMemory(long size, boolean deallocate) implements MessagePart {
    public static final int TYPE = 3;

    @Override
    public int type() {
      return TYPE;
    }

    @Override
    public int rights() {
      return 0;
    }
  }

  /**
   * MACH_MSG_OOL_PORTS_DESCRIPTOR: an array of rights, all by one disposition.
   *
   * @param deallocate set in every array that is received
   */
  record Ports(int count, boolean deallocate) implements MessagePart {
    public static final int TYPE = 2;

    @Override
    public int type() {
      return TYPE;
    }

    @Override
    public int rights() {
      return count;
    }
  }

  /**
   * MACH_MSG_GUARDED_PORT_DESCRIPTOR: a receive right that moves.
   *
   * @param flags {@link #IMMOVABLE_RECEIVE}, {@link #UNGUARDED_ON_SEND}
   * @param context its guard: the sender's when it is sent, the receiver's when it is received
   */
  record Guarded(int flags, long context) implements MessagePart {
    public static final int TYPE = 4;

    /** The receiver gets it guarded, and can't move it on. */
    public static final int IMMOVABLE_RECEIVE = 1;

    /** It is not guarded when it is sent. */
    public static final int UNGUARDED_ON_SEND = 2;

    @Override
    public int type() {
      return TYPE;
    }

    @Override
    public int rights() {
      return 1;
    }

    /** Whether flags and context go together, for a right by this disposition. */
    public boolean isValid(PortDescriptor right) {
      boolean known = flags != 0 && (flags & ~(IMMOVABLE_RECEIVE | UNGUARDED_ON_SEND)) == 0;
      boolean contradicts = (flags & UNGUARDED_ON_SEND) != 0 && context != 0;
      return known && !contradicts && right.disposition() == Disposition.MOVE_RECEIVE;
    }
  }
}
