// SPDX-License-Identifier: Apache-2.0
package org.portunus.abi.wire;

/**
 * Body of {@link KernelOperation#MESSAGE_SEND_OPTIONS}: a message with options and descriptors. Its
 * memory objects are attached to the frame, in order.
 *
 * <pre>
 *   i32 options: mask of MessageOption
 *   OutgoingMessage
 *   MessageBody
 * </pre>
 *
 * @param options mask of {@link org.portunus.abi.mach.MessageOption}
 */
public record ComplexMessage(int options, OutgoingMessage message, MessageBody body) {
  /** Largest on the wire: what its receiver gets is a little longer, and a frame, too. */
  public static final int MAX_BYTES = KernelFrame.MAX_BODY - 512;

  /**
   * The bytes of the frame.
   *
   * @throws IllegalArgumentException if there are more than {@link #MAX_BYTES}
   */
  public byte[] toBytes() {
    WireWriter out = new WireWriter().i32(options);
    message.write(out);
    body.write(out);
    byte[] bytes = out.toBytes();
    if (bytes.length > MAX_BYTES) {
      throw new IllegalArgumentException(
          "a message of %d bytes on the kernel socket, at most %d: send the data as memory"
              .formatted(bytes.length, MAX_BYTES));
    }
    return bytes;
  }

  public static ComplexMessage read(byte[] bytes) throws MalformedFrameException {
    if (bytes.length > MAX_BYTES) {
      throw new MalformedFrameException(bytes.length + " bytes, at most " + MAX_BYTES);
    }
    WireReader in = new WireReader(bytes);
    int options = in.i32("options");
    OutgoingMessage message = OutgoingMessage.read(in, PortDescriptor.MOST_PORTS);
    MessageBody body = MessageBody.read(in, message.ports().size());
    in.end();
    return new ComplexMessage(options, message, body);
  }
}
