// SPDX-License-Identifier: Apache-2.0
package org.portunus.bench.pair;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Pairs that take turns, round by round. One that can't be started or ends is out, and the others
 * go on.
 *
 * @param title what they do
 * @param time of the rounds, after which none begins, once there were three
 */
public record Contest(String title, List<Contender> contenders, Duration time) {
  private static final int LEAST_ROUNDS = 3;
  // A compiler that has the processor of its pair to share takes some seconds.
  private static final Duration WARM_UP = Duration.ofSeconds(6);

  public Contest {
    contenders = List.copyOf(contenders);
  }

  /** Hears how far it is. */
  public interface Progress {
    /** Some words for a person. */
    void at(String words);
  }

  /** A pair on its way through the rounds. */
  private static final class Turn {
    private final Contender.Startable contender;
    private final RunningPairs pairs;
    private final List<long[]> figures = new ArrayList<>();
    private Optional<Pair> pair = Optional.empty();
    private Optional<String> missing = Optional.empty();

    Turn(Contender.Startable contender, RunningPairs pairs) {
      this.contender = contender;
      this.pairs = pairs;
    }

    void start(Duration warmUp) {
      attempt(() -> {
        Pair started = pairs.start(contender);
        pair = Optional.of(started);
        started.meet();
        long begin = System.nanoTime();
        do {
          started.warm(contender.warmUp());
        } while (contender.warmUp() > 0 && System.nanoTime() - begin < warmUp.toNanos());
      });
    }

    void run() {
      if (pair.isPresent()) {
        Pair running = pair.get();
        attempt(() -> figures.add(running.run(contender.count())));
      }
    }

    private void attempt(Step step) {
      try {
        step.take();
      } catch (IOException failure) {
        missing = Optional.of(failure.getMessage() + "");
        stop();
      }
    }

    Standing standing() {
      return new Standing(contender.name(), missing.isPresent() ? List.of() : figures, missing);
    }

    void stop() {
      pair.ifPresent(pairs::end);
      pair = Optional.empty();
    }
  }

  private interface Step {
    void take() throws IOException;
  }

  /** Runs the rounds; the standings in the order of the contenders. */
  public List<Standing> run(int rounds, RunningPairs pairs, Progress progress) {
    Map<String, Turn> turns = new LinkedHashMap<>();
    try {
      for (Contender contender : contenders) {
        if (contender instanceof Contender.Startable startable) {
          progress.at(title + ": " + contender.name() + " warms up");
          Turn turn = new Turn(startable, pairs);
          turns.put(contender.name(), turn);
          // A round or two are no figures, but show that it runs.
          turn.start(rounds < LEAST_ROUNDS ? Duration.ZERO : WARM_UP);
        }
      }
      long begin = System.nanoTime();
      for (int i = 1; i <= rounds; i++) {
        if (i > LEAST_ROUNDS && System.nanoTime() - begin > time.toNanos()) {
          break;
        }
        progress.at(title + ": round " + i + " of " + rounds);
        turns.values().forEach(Turn::run);
      }
    } finally {
      turns.values().forEach(Turn::stop);
    }
    return contenders.stream().map(contender -> standing(contender, turns)).toList();
  }

  private static Standing standing(Contender contender, Map<String, Turn> turns) {
    return switch (contender) {
      case Contender.Missing missing ->
          new Standing(missing.name(), List.of(), Optional.of(missing.reason()));
      case Contender.Startable startable ->
          Optional.ofNullable(turns.get(startable.name())).orElseThrow().standing();
    };
  }
}
