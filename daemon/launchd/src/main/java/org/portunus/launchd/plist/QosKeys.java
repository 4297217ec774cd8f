// SPDX-License-Identifier: Apache-2.0
package org.portunus.launchd.plist;

import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.portunus.abi.mach.Qos;
import org.portunus.abi.wire.QosGrant;

/**
 * How urgently a grant (launchd.plist) or an ask (Info.plist) has a task work, by the words of
 * {@link Qos}; an absent key is empty.
 *
 * @param own key QoS: what the task works at while nobody waits for it
 * @param ceiling key QoSCeiling: the most that it may ask others to work at for it
 */
public record QosKeys(Optional<Qos> own, Optional<Qos> ceiling) {
  /** Neither key. */
  public static final QosKeys SILENT = new QosKeys(Optional.empty(), Optional.empty());

  private static final String OWN = "QoS";
  private static final String CEILING = "QoSCeiling";

  static final Set<String> KEYS = Set.of(OWN, CEILING);

  static QosKeys read(PlistDictionary portunus) {
    return new QosKeys(qos(portunus, OWN), qos(portunus, CEILING));
  }

  private static Optional<Qos> qos(PlistDictionary portunus, String key) {
    return portunus
        .string(key)
        .map(word -> Qos.ofWord(word).orElseThrow(() -> portunus.wrong(key, words())));
  }

  private static String words() {
    return Arrays.stream(Qos.values())
        .skip(1)
        .map(Qos::word)
        .collect(Collectors.joining(", ", "one of ", ""));
  }

  /**
   * How urgently a task works: of each key the less urgent of grant and ask, the default class
   * where one is silent; its own class is never above its ceiling.
   */
  public static QosGrant effective(QosKeys grant, QosKeys ask) {
    Qos ceiling = least(grant.ceiling, ask.ceiling);
    return new QosGrant(least(grant.own, ask.own).atMost(ceiling), ceiling);
  }

  private static Qos least(Optional<Qos> grant, Optional<Qos> ask) {
    return grant.orElse(Qos.DEFAULT).atMost(ask.orElse(Qos.DEFAULT));
  }
}
