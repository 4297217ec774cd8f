// SPDX-License-Identifier: Apache-2.0
package org.portunus.tool.evolution;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.portunus.system.xpc.description.Description;
import org.portunus.system.xpc.description.Effect;
import org.portunus.system.xpc.description.Finding;
import org.portunus.system.xpc.description.Fit;

/**
 * A change of an interface and what it means in both directions.
 *
 * @param oldClient for an old client of a new service
 * @param newClient for a new client of an old service
 * @param verdict whether what worked before goes on to work
 */
public record Change(
    String service, String path, String text, Effect oldClient, Effect newClient, Verdict verdict) {
  /** Whether a change may be made while the other version is in use. */
  public enum Verdict {
    COMPATIBLE,
    INCOMPATIBLE
  }

  private static final String OLD = "old";
  private static final String NEW = "new";

  /** Every change between two versions of a set of interfaces. */
  public static List<Change> between(
      Map<String, Description> before, Map<String, Description> after) {
    List<Change> changes = new ArrayList<>();
    before.forEach((name, description) -> {
      Description now = after.get(name);
      if (now == null) {
        changes.add(whole(name, "the interface is only in the old version", Verdict.INCOMPATIBLE));
      } else {
        changes.addAll(between(name, description, now));
      }
    });
    after.keySet().stream()
        .filter(name -> !before.containsKey(name))
        .forEach(name ->
            changes.add(
                whole(name, "the interface is only in the new version", Verdict.COMPATIBLE)));
    return changes;
  }

  private static Change whole(String service, String text, Verdict verdict) {
    boolean gone = verdict == Verdict.INCOMPATIBLE;
    return new Change(
        service,
        "@Service",
        text,
        gone ? Effect.REFUSED : Effect.WORKS,
        gone ? Effect.WORKS : Effect.REFUSED,
        verdict);
  }

  private static List<Change> between(String service, Description before, Description after) {
    Map<String, Finding> oldClient = byPlace(Fit.of(before, after, new Fit.Sides(OLD, NEW)));
    Map<String, Finding> newClient = byPlace(Fit.of(after, before, new Fit.Sides(NEW, OLD)));
    Map<String, Finding> all = new LinkedHashMap<>(oldClient);
    newClient.forEach(all::putIfAbsent);
    return all.entrySet().stream()
        .map(entry -> {
          Finding finding = entry.getValue();
          Effect forOld = effect(oldClient.get(entry.getKey()));
          Effect forNew = effect(newClient.get(entry.getKey()));
          boolean lost =
              finding.owner().equals(OLD)
                  && (forOld == Effect.FAILS_WHEN_USED || forNew == Effect.FAILS_WHEN_USED);
          boolean refused = forOld == Effect.REFUSED || forNew == Effect.REFUSED;
          return new Change(
              service,
              finding.path(),
              finding.text(),
              forOld,
              forNew,
              lost || refused ? Verdict.INCOMPATIBLE : Verdict.COMPATIBLE);
        })
        .toList();
  }

  private static Effect effect(@Nullable Finding finding) {
    return finding == null ? Effect.WORKS : finding.effect();
  }

  private static Map<String, Finding> byPlace(Fit fit) {
    Map<String, Finding> findings = new LinkedHashMap<>();
    fit.findings().forEach(finding -> findings.putIfAbsent(finding.toString(), finding));
    return findings;
  }
}
