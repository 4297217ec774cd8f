// SPDX-License-Identifier: Apache-2.0
package org.portunus.bench.ground;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.portunus.bench.pair.Contender;
import org.portunus.bench.pair.Contest;
import org.portunus.bench.pair.RunningPairs;
import org.portunus.bench.pair.Standing;
import org.portunus.bench.report.Measure;
import org.portunus.bench.report.Measure.Direction;
import org.portunus.bench.report.RoundTable;

/** Runs contests and gathers what they give. */
public final class Field {
  private static final int PERCENTILES = 5;

  private static final Duration TIME = Duration.ofSeconds(50);

  private final RunningPairs pairs;
  private final int rounds;
  private final Contest.Progress progress;
  private final RoundTable table = new RoundTable();
  private final List<Measure> measures = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();

  /**
   * @param rounds of each contest
   */
  public Field(RunningPairs pairs, int rounds, Contest.Progress progress) {
    this.pairs = pairs;
    this.rounds = rounds;
    this.progress = progress;
  }

  /** How a contest ended. */
  public final class Outcome {
    private final List<Standing> standings;

    private Outcome(List<Standing> standings) {
      this.standings = standings;
    }

    private Standing of(String name) {
      return standings.stream()
          .filter(standing -> standing.name().equals(name))
          .findFirst()
          .orElseThrow();
    }

    /** The first contender is to have at most this much of what another has. */
    public Outcome atMost(double limit, Quantity quantity, String peer) {
      return add(quantity, peer, OptionalDouble.of(limit), Direction.AT_MOST);
    }

    /** The first contender is to have at least this much of what another has. */
    public Outcome atLeast(double limit, Quantity quantity, String peer) {
      return add(quantity, peer, OptionalDouble.of(limit), Direction.AT_LEAST);
    }

    /** The first contender beside another; nothing is promised. */
    public Outcome beside(Quantity quantity, String peer) {
      return add(quantity, peer, OptionalDouble.empty(), Direction.AT_MOST);
    }

    private Outcome add(Quantity quantity, String peer, OptionalDouble limit, Direction direction) {
      measures.add(quantity.against(standings.getFirst(), of(peer), limit, direction));
      return this;
    }

    /** The first contender's own value. */
    public Outcome alone(double limit, Quantity quantity, Direction direction) {
      measures.add(quantity.alone(standings.getFirst(), OptionalDouble.of(limit), direction));
      return this;
    }

    /** The first contender's own value; nothing is promised. */
    public Outcome alone(Quantity quantity) {
      measures.add(quantity.alone(standings.getFirst(), OptionalDouble.empty(), Direction.AT_MOST));
      return this;
    }

    /** The first contender's value, compared with another of its own. */
    public Outcome atLeast(double limit, Quantity quantity, Quantity other) {
      Standing own = standings.getFirst();
      Standing compared = new Standing(other.measure(), own.figures(), own.missing());
      Measure value = quantity.alone(own, OptionalDouble.of(limit), Direction.AT_LEAST);
      Measure peer = other.alone(compared, OptionalDouble.empty(), Direction.AT_LEAST);
      measures.add(
          new Measure(
              value.name(),
              value.value(),
              value.min(),
              value.max(),
              value.unit(),
              value.limit(),
              value.direction(),
              Optional.of(new Measure.Peer(other.measure(), peer.value())),
              value.reason()));
      return this;
    }
  }

  /**
   * Runs the rounds.
   *
   * @param quantity what goes into the table of rounds
   * @param percentiles whether the figures begin with percentiles
   */
  public Outcome run(Quantity quantity, Percentiles percentiles, List<Contender> contenders) {
    return run(rounds, quantity, percentiles, contenders);
  }

  /** The same with its own number of rounds. */
  public Outcome run(
      int times, Quantity quantity, Percentiles percentiles, List<Contender> contenders) {
    List<Standing> standings =
        new Contest(quantity.measure(), contenders, TIME).run(times, pairs, progress);
    int fewest =
        standings.stream()
            .mapToInt(standing -> standing.figures().size())
            .filter(done -> done > 0)
            .min()
            .orElse(times);
    if (fewest < times) {
      notes.add("%s: %d rounds only, its time was over".formatted(quantity.measure(), fewest));
    }
    for (Standing standing : standings) {
      for (int i = 0; i < standing.figures().size(); i++) {
        long[] figures = standing.figures().get(i);
        table.add(
            new RoundTable.Round(
                quantity.measure(),
                standing.name(),
                i + 1,
                quantity.value().applyAsDouble(figures),
                quantity.unit(),
                switch (percentiles) {
                  case PRESENT -> Arrays.stream(figures).limit(PERCENTILES).boxed().toList();
                  case ABSENT -> List.of();
                }));
      }
    }
    return new Outcome(standings);
  }

  /** Whether a round's figures begin with percentiles. */
  public enum Percentiles {
    PRESENT,
    ABSENT
  }

  /** What a reader of the measures has to know. */
  public List<String> notes() {
    return List.copyOf(notes);
  }

  public List<Measure> measures() {
    return List.copyOf(measures);
  }

  public RoundTable table() {
    return table;
  }
}
