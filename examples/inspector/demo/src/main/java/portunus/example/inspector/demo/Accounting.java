// SPDX-License-Identifier: Apache-2.0
package portunus.example.inspector.demo;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** One place for each file that was found, and at most one result in each. Safe for threads. */
public final class Accounting {
  private final List<Found> found;
  private final List<String> closedFolders;
  private final List<Optional<Result>> results;

  Accounting(List<Found> found, List<String> closedFolders) {
    this.found = new ArrayList<>(found);
    this.closedFolders = List.copyOf(closedFolders);
    results = new ArrayList<>(Collections.nCopies(found.size(), Optional.empty()));
  }

  /** Adds files that appeared later; gives the place of the first. */
  synchronized int add(List<Found> appeared) {
    int first = found.size();
    found.addAll(appeared);
    appeared.forEach(one -> results.add(Optional.empty()));
    return first;
  }

  synchronized Found at(int place) {
    return found.get(place);
  }

  /** Enters the result at its place, where there must be none. */
  synchronized void enter(int place, Result result) {
    if (results.get(place).isPresent() || !found.get(place).equals(result.found())) {
      throw new IllegalStateException("two results for one file: " + result.found().name());
    }
    results.set(place, Optional.of(result));
  }

  /** Folders that could not be read: nobody knows what is in them. */
  public List<String> closedFolders() {
    return closedFolders;
  }

  /** Files that were found. */
  public synchronized int documents() {
    return found.size();
  }

  /** In the order in which the files were found; without the unfinished ones. */
  public synchronized List<Result> results() {
    return results.stream().flatMap(Optional::stream).toList();
  }

  /** Files without a result. */
  public synchronized List<Found> unfinished() {
    List<Found> open = new ArrayList<>();
    for (int i = 0; i < results.size(); i++) {
      if (results.get(i).isEmpty()) {
        open.add(found.get(i));
      }
    }
    return open;
  }

  /** How many results there are of each outcome, all outcomes included. */
  public Map<Outcome, Long> byOutcome() {
    Map<Outcome, Long> counts = new EnumMap<>(Outcome.class);
    Arrays.stream(Outcome.values()).forEach(outcome -> counts.put(outcome, 0L));
    results().forEach(result -> counts.merge(result.outcome(), 1L, Long::sum));
    return counts;
  }

  /** How many results there are of each error. */
  public Map<String, Long> byError() {
    Map<String, Long> counts = new TreeMap<>();
    results().forEach(r -> r.error().ifPresent(error -> counts.merge(error, 1L, Long::sum)));
    return counts;
  }

  /** How long the calls took that ended with a report or with an error of the inspector's. */
  Percentiles inspections() {
    return Percentiles.ofNanos(
        results().stream().mapToLong(Result::nanos).filter(nanos -> nanos > 0).toArray());
  }
}
