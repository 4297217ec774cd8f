// SPDX-License-Identifier: Apache-2.0
package org.portunus.abi.wire;

import java.util.ArrayList;
import java.util.List;

/**
 * Links in the order of their connections, as many as fit one message.
 *
 * @param more whether there are others behind the last one
 */
public record LinkList(List<Entry> links, boolean more) {
  /** Most in one message. */
  public static final int MOST = 128;

  private static final int MAX_LABEL = 128;

  /** How far a link is. */
  public enum State {
    /** The service has not taken its end. */
    OFFERED(1),
    /** Both ends have the memory: frames go from one to the other without the kernel. */
    DIRECT(2),
    /** One end is done with it. */
    CLOSING(3),
    /** Revoked, and an end has not confirmed it. */
    REVOKED(4);

    private static final State[] ALL = values();

    private final int number;

    State(int number) {
      this.number = number;
    }

    int number() {
      return number;
    }

    static State of(int number) throws MalformedFrameException {
      if (number < 1 || number > ALL.length) {
        throw new MalformedFrameException("state of a link is " + number);
      }
      return ALL[number - 1];
    }
  }

  /**
   * One link.
   *
   * @param service 0 before the service has taken its end
   * @param capacity bytes of each ring
   */
  public record Entry(
      long connection,
      long client,
      String clientLabel,
      long service,
      String serviceLabel,
      int capacity,
      long ageNanos,
      State state) {}

  public byte[] toBytes() {
    WireWriter out = new WireWriter().u8(more ? 1 : 0).i32(links.size());
    for (Entry link : links) {
      out.i64(link.connection()).i64(link.client()).text(link.clientLabel(), MAX_LABEL);
      out.i64(link.service()).text(link.serviceLabel(), MAX_LABEL);
      out.i32(link.capacity()).i64(link.ageNanos()).u8(link.state().number());
    }
    return out.toBytes();
  }

  public static LinkList read(WireReader in) throws MalformedFrameException {
    boolean more = in.u8("more") != 0;
    List<Entry> links = new ArrayList<>();
    for (int left = in.i32("links", 0, MOST); left > 0; left--) {
      links.add(
          new Entry(
              in.i64("connection"),
              in.i64("client"),
              in.string("label of the client", MAX_LABEL),
              in.i64("service"),
              in.string("label of the service", MAX_LABEL),
              in.i32("capacity"),
              in.i64("age"),
              State.of(in.u8("state"))));
    }
    return new LinkList(List.copyOf(links), more);
  }
}
