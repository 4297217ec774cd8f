// SPDX-License-Identifier: Apache-2.0
package org.portunus.abi.wire;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The first thing that both ends of a kernel socket or of a connection say.
 *
 * <pre>
 *   u8[8] "PORTUNUS"
 *   u16   lowest protocol version that the sender speaks
 *   u16   highest
 *   u64   feature bits; a receiver ignores those it does not know
 *   u32   largest message body in bytes that the sender takes
 *   u16   most descriptors a message that the sender takes
 *   u32   most unanswered calls that the sender takes
 *   u32   most objects passed by reference that the sender holds
 * </pre>
 *
 * What holds for the pair: the highest common version, the common features, the smaller limits.
 *
 * @param lowest lowest version, 1 to 65535
 * @param highest highest version
 */
public record Hello(
    int lowest,
    int highest,
    long features,
    int maxMessage,
    int maxDescriptors,
    int maxCalls,
    int maxExports) {
  /** The newest version that this code speaks. */
  public static final int VERSION = 1;

  /** The oldest: a release speaks its own version and that of the release before. */
  public static final int OLDEST = 1;

  /**
   * Feature bit of a kernel socket: a right to a file may travel as a descriptor of the file
   * itself, because Landlock (ABI 3 or later) keeps a sandboxed receiver from reopening or changing
   * it. Without it only fully sealed copies are passed.
   */
  public static final long DIRECT_FILE_RIGHTS = 1;

  /** Feature bit of a kernel socket: the kernel checks requirements on peers. */
  public static final long PEER_REQUIREMENTS = 2;

  /** Feature bit of a kernel socket: the kernel keeps rights for tickets. */
  public static final long RIGHT_TICKETS = 4;

  /**
   * Feature bit of a kernel socket: connections between tasks that both say so go over links. The
   * kernel's hello then carries the task's sever words.
   */
  public static final long LINKS = 16;

  /** Feature bit of a kernel socket: the kernel takes {@link KernelOperation#CALL_INTERRUPTED}. */
  public static final long LAST_CALLS = 256;

  /** All feature bits of a kernel socket. */
  public static final long OF_KERNEL_SOCKETS =
      DIRECT_FILE_RIGHTS | PEER_REQUIREMENTS | RIGHT_TICKETS | LINKS | LAST_CALLS;

  /** Feature bit of a connection: the sender knows {@link ConnectionFrame.Kind#TERMINATION}. */
  public static final long TERMINATION_NOTICE = 1;

  /**
   * Feature bit of a connection: the sender knows {@link ConnectionFrame.Kind#DESCRIPTION}, so that
   * ends with different versions of an interface can tell whether they understand each other.
   */
  public static final long DESCRIPTIONS = 2;

  /** Feature bit of a connection: the sender takes {@link ConnectionFrame.Kind#CONTEXT}. */
  public static final long CALL_CONTEXT = 4;

  /** Feature bit of a connection: an error of the service comes with its causes as text. */
  public static final long REMOTE_CAUSES = 8;

  private static final byte[] MAGIC = "PORTUNUS".getBytes(StandardCharsets.US_ASCII);

  /** {@link #VERSION} of the code that runs, which need not be what a caller was compiled with. */
  public static int newestSpoken() {
    return VERSION;
  }

  /** The same of {@link #OLDEST}. */
  public static int oldestSpoken() {
    return OLDEST;
  }

  public void write(WireWriter out) {
    out.fixed(MAGIC).u16(lowest).u16(highest).i64(features);
    out.i32(maxMessage).u16(maxDescriptors).i32(maxCalls).i32(maxExports);
  }

  /** Reads a hello; the caller goes on with what follows it. */
  public static Hello read(WireReader in) throws MalformedFrameException {
    if (!Arrays.equals(in.fixed("magic", MAGIC.length), MAGIC)) {
      throw new MalformedFrameException("magic is not PORTUNUS");
    }
    int lowest = in.u16("lowest version");
    int highest = in.u16("highest version");
    if (lowest == 0 || highest < lowest) {
      throw new MalformedFrameException("version range " + lowest + " to " + highest);
    }
    long features = in.i64("features");
    int message = in.i32("largest message", 1024, Integer.MAX_VALUE);
    int descriptors = in.u16("most descriptors");
    int calls = in.i32("most calls", 1, Integer.MAX_VALUE);
    int exports = in.i32("most exports", 0, Integer.MAX_VALUE);
    return new Hello(lowest, highest, features, message, descriptors, calls, exports);
  }

  /** The version to speak with this peer, or 0 if there is none in common. */
  public int versionWith(Hello peer) {
    int version = Math.min(highest, peer.highest);
    return version >= Math.max(lowest, peer.lowest) ? version : 0;
  }

  /** What holds for both ends: version, common features, smaller limits. */
  public Hello agree(Hello peer, int version) {
    return new Hello(
        version,
        version,
        features & peer.features,
        Math.min(maxMessage, peer.maxMessage),
        Math.min(maxDescriptors, peer.maxDescriptors),
        Math.min(maxCalls, peer.maxCalls),
        Math.min(maxExports, peer.maxExports));
  }
}
