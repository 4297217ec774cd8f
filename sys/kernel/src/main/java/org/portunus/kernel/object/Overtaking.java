// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.object;

import java.util.ArrayDeque;

/**
 * The order of messages in a queue: a more urgent one goes before less urgent ones, but never
 * before one of its own sender, nor before one that {@link #MOST} have overtaken already while it
 * was the first of those that they overtook. So what is less urgent gets one of eight turns at
 * least. Without a QoS in the queue it is the order of arrival.
 */
final class Overtaking {
  /** How many messages may go before one that came earlier. */
  static final int MOST = 7;

  private Overtaking() {}

  /**
   * Puts a message where it belongs.
   *
   * @param urgent how many messages have a QoS, this one included
   */
  static void insert(ArrayDeque<Message> messages, Message message, int urgent) {
    if (urgent == 0) {
      messages.addLast(message);
      return;
    }
    ArrayDeque<Message> behind = new ArrayDeque<>();
    while (!messages.isEmpty() && goesBefore(message, messages.getLast())) {
      behind.addFirst(messages.removeLast());
    }
    if (!behind.isEmpty()) {
      behind.getFirst().countOvertaken();
    }
    messages.addLast(message);
    messages.addAll(behind);
  }

  private static boolean goesBefore(Message message, Message earlier) {
    return message.rank() > earlier.rank()
        && earlier.overtaken() < MOST
        && !message.sender().equals(earlier.sender());
  }
}
