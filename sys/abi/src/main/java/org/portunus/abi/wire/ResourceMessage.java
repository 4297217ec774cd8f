// SPDX-License-Identifier: Apache-2.0
package org.portunus.abi.wire;

/**
 * Data of the message that a task's {@link org.portunus.abi.mach.SpecialPort#RESOURCE_NOTIFY} port
 * gets when the task met a limit; its id says which ({@link
 * org.portunus.abi.mach.ResourceKind#number}), its sender is the kernel. It comes once, and again
 * when the task has held less meanwhile.
 *
 * <pre>
 *   i64 task
 *   i64 held
 *   i64 limit of the task
 *   i64 all tasks together left it as much
 * </pre>
 */
public record ResourceMessage(long task, long held, long limit, long share) {
  public byte[] toBytes() {
    return new WireWriter().i64(task).i64(held).i64(limit).i64(share).toBytes();
  }

  public static ResourceMessage read(byte[] data) throws MalformedFrameException {
    WireReader in = new WireReader(data);
    ResourceMessage message =
        new ResourceMessage(in.i64("task"), in.i64("held"), in.i64("limit"), in.i64("share"));
    in.end();
    return message;
  }
}
