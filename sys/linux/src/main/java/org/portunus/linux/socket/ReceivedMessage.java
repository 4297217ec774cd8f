// SPDX-License-Identifier: Apache-2.0
package org.portunus.linux.socket;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.portunus.linux.file.Descriptor;

/**
 * A reusable buffer for received messages: bytes, at most 16 descriptors, and the sender's
 * credentials. It belongs to one thread at a time.
 *
 * <p>Descriptors belong to the buffer until {@link #takeDescriptor}; the next receive and {@link
 * #close} dispose of those that were not taken.
 */
public final class ReceivedMessage implements AutoCloseable {
  private static final int TAKEN = -1;

  private final Arena arena = Arena.ofShared();
  private final MemorySegment data;
  private final IntConsumer disposal;
  private final int[] descriptors = new int[SeqpacketChannel.MAXIMUM_DESCRIPTORS];
  private int length;
  private int descriptorCount;
  private boolean credentialed;
  private int pid;
  private int uid;
  private int gid;

  /**
   * @param capacity the longest message it can take, bytes
   */
  public ReceivedMessage(int capacity) {
    this.data = arena.allocate(capacity, 8);
    this.disposal = Descriptor::closeRaw;
  }

  /**
   * As the other, for a thread that must not block: closing what a peer sent can.
   *
   * @param disposal takes over each descriptor that nobody wants, those of refused messages too
   */
  public ReceivedMessage(int capacity, Consumer<Descriptor> disposal) {
    this.data = arena.allocate(capacity, 8);
    this.disposal = number -> disposal.accept(Descriptor.own(number));
  }

  /** The whole native buffer; the message is its first {@link #length} bytes. */
  public MemorySegment data() {
    return data;
  }

  /** Bytes of the message. */
  public int length() {
    return length;
  }

  /** How many descriptors came, taken or not. */
  public int descriptorCount() {
    return descriptorCount;
  }

  /**
   * Hands over one descriptor, once.
   *
   * @throws IllegalStateException when it was taken already
   */
  public Descriptor takeDescriptor(int index) {
    if (index < 0 || index >= descriptorCount) {
      throw new IndexOutOfBoundsException(
          "descriptor " + index + " of " + descriptorCount + " received");
    }
    int number = descriptors[index];
    if (number == TAKEN) {
      throw new IllegalStateException("descriptor " + index + " was taken already");
    }
    Descriptor descriptor = Descriptor.own(number);
    descriptors[index] = TAKEN;
    return descriptor;
  }

  /** Whether the kernel attached the sender's credentials (SO_PASSCRED was on). */
  public boolean hasCredentials() {
    return credentialed;
  }

  /** The sender's pid as seen from this process, 0 when it is not visible here. */
  public int pid() {
    return pid;
  }

  public int uid() {
    return uid;
  }

  public int gid() {
    return gid;
  }

  /** Disposes of the descriptors that were not taken. */
  public void closeDescriptors() {
    for (int i = 0; i < descriptorCount; i++) {
      int number = descriptors[i];
      if (number != TAKEN) {
        descriptors[i] = TAKEN;
        dispose(number);
      }
    }
    descriptorCount = 0;
  }

  void reset() {
    closeDescriptors();
    length = 0;
    credentialed = false;
    pid = 0;
    uid = 0;
    gid = 0;
  }

  void setLength(int bytes) {
    length = bytes;
  }

  void dispose(int number) {
    disposal.accept(number);
  }

  void addDescriptor(int number) {
    descriptors[descriptorCount++] = number;
  }

  void setCredentials(int senderPid, int senderUid, int senderGid) {
    credentialed = true;
    pid = senderPid;
    uid = senderUid;
    gid = senderGid;
  }

  @Override
  public void close() {
    reset();
    arena.close();
  }
}
