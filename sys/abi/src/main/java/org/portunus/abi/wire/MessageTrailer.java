// SPDX-License-Identifier: Apache-2.0
package org.portunus.abi.wire;

import java.util.Arrays;
import java.util.List;
import org.portunus.abi.mach.TrailerElements;

/**
 * What the kernel says of a message behind its data, as mach_msg_mac_trailer_t, as far as it was
 * asked for: {@link TrailerElements#bytes} bytes. What was not asked for reads as 0.
 *
 * <pre>
 *   +0   i32 type             0
 *   +4   i32 size
 *   +8   i32 sequence number  of the port
 *   +12  i32 euid, i32 egid   of the sender
 *   +20  8 x i32              the sender's audit token
 *   +52  i64 context          of the port
 *   +60  i32 0, i32 0         access vector, label
 * </pre>
 *
 * @param audit eight words, as in {@link AuditToken}
 */
public record MessageTrailer(
    TrailerElements elements,
    int sequenceNumber,
    int euid,
    int egid,
    List<Integer> audit,
    long context) {
  private static final int LARGEST = TrailerElements.LABELS.bytes();
  private static final int AUDIT_WORDS = 8;
  private static final List<Integer> NO_AUDIT = List.of(0, 0, 0, 0, 0, 0, 0, 0);

  /** Says so much of a message. */
  public static MessageTrailer of(
      TrailerElements elements, int sequenceNumber, AuditToken sender, long context) {
    boolean sent = elements.compareTo(TrailerElements.SENDER) >= 0;
    return new MessageTrailer(
        elements,
        elements.compareTo(TrailerElements.SEQUENCE_NUMBER) >= 0 ? sequenceNumber : 0,
        sent ? sender.euid() : 0,
        sent ? sender.egid() : 0,
        elements.compareTo(TrailerElements.AUDIT) >= 0 ? words(sender) : NO_AUDIT,
        elements.compareTo(TrailerElements.CONTEXT) >= 0 ? context : 0);
  }

  /** The eight words of XNU's audit token. */
  public static List<Integer> words(AuditToken token) {
    return List.of(
        token.auid(),
        token.euid(),
        token.egid(),
        token.ruid(),
        token.rgid(),
        token.pid(),
        token.session(),
        token.pidVersion());
  }

  public byte[] toBytes() {
    WireWriter out = new WireWriter();
    out.i32(0).i32(elements.bytes()).i32(sequenceNumber).i32(euid).i32(egid);
    audit.forEach(out::i32);
    out.i64(context).i32(0).i32(0);
    return Arrays.copyOf(out.toBytes(), elements.bytes());
  }

  /** Reads the trailer that was asked for, which is all that is left to read. */
  public static MessageTrailer read(TrailerElements elements, WireReader in)
      throws MalformedFrameException {
    byte[] most = Arrays.copyOf(in.fixed("trailer", elements.bytes()), LARGEST);
    WireReader trailer = new WireReader(most);
    int type = trailer.i32("trailer type");
    int size = trailer.i32("trailer size");
    if (type != 0 || size != elements.bytes()) {
      throw new MalformedFrameException("trailer of type %d and size %d".formatted(type, size));
    }
    int sequence = trailer.i32("sequence number");
    int euid = trailer.i32("euid");
    int egid = trailer.i32("egid");
    Integer[] audit = new Integer[AUDIT_WORDS];
    for (int i = 0; i < AUDIT_WORDS; i++) {
      audit[i] = trailer.i32("audit token");
    }
    long context = trailer.i64("context");
    trailer.i32("access vector", 0, 0);
    trailer.i32("label", 0, 0);
    trailer.end();
    in.end();
    return new MessageTrailer(elements, sequence, euid, egid, List.of(audit), context);
  }
}
