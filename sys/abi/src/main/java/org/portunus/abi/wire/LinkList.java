// SPDX-License-Identifier: Apache-2.0
package org.portunus.abi.wire;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Links and relayed connections in the order of their numbers, as many as fit one message.
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
    REVOKED(4),
    /** No link: the kernel carries the frames from one end to the other. */
    RELAYED(5);

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

  /** What the kernel has carried in one direction. */
  public record Traffic(long frames, long bytes) {
    /** Of a link: the kernel does not see what goes over it. */
    public static final Traffic NONE = new Traffic(0, 0);

    private void write(WireWriter out) {
      out.i64(frames).i64(bytes);
    }

    private static Traffic read(WireReader in) throws MalformedFrameException {
      return new Traffic(in.i64("frames"), in.i64("bytes"));
    }
  }

  /**
   * One link, or one relayed connection.
   *
   * @param service 0 before the service has taken its end
   * @param capacity bytes of each ring; 0 without a link
   */
  public record Entry(
      long connection,
      long client,
      String clientLabel,
      long service,
      String serviceLabel,
      int capacity,
      long ageNanos,
      State state,
      Traffic toService,
      Traffic toClient) {}

  /** The first of both lists, as many as fit one message. */
  public static LinkList merged(LinkList one, LinkList other) {
    List<Entry> all =
        Stream.concat(one.links.stream(), other.links.stream())
            .sorted(Comparator.comparingLong(Entry::connection))
            .toList();
    List<Entry> some = all.subList(0, Math.min(MOST, all.size()));
    return new LinkList(List.copyOf(some), one.more || other.more || some.size() < all.size());
  }

  public byte[] toBytes() {
    WireWriter out = new WireWriter().u8(more ? 1 : 0).i32(links.size());
    for (Entry link : links) {
      out.i64(link.connection()).i64(link.client()).text(link.clientLabel(), MAX_LABEL);
      out.i64(link.service()).text(link.serviceLabel(), MAX_LABEL);
      out.i32(link.capacity()).i64(link.ageNanos()).u8(link.state().number());
      link.toService().write(out);
      link.toClient().write(out);
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
              State.of(in.u8("state")),
              Traffic.read(in),
              Traffic.read(in)));
    }
    return new LinkList(List.copyOf(links), more);
  }
}
