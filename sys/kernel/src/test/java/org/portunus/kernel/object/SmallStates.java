// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.object;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Every state that a {@link SmallWorld} can come to by so many steps, in every order of them. Each
 * step into a state is checked, and from each state both tasks end once. Two paths to the same
 * state go on as one.
 *
 * @param depth steps from the beginning
 * @param states that differ
 * @param steps that were checked
 * @param failure what did not hold and by which steps; empty if all held
 */
record SmallStates(int depth, int states, long steps, String failure) {
  private record Path(SmallWorld.Step[] steps) {
    Path and(SmallWorld.Step step) {
      SmallWorld.Step[] longer = Arrays.copyOf(steps, steps.length + 1);
      longer[steps.length] = step;
      return new Path(longer);
    }

    SmallWorld world(Supplier<SmallWorld> beginning) {
      SmallWorld world = beginning.get();
      for (SmallWorld.Step step : steps) {
        world.act(step);
      }
      return world;
    }
  }

  static SmallStates explore(int depth) {
    return explore(depth, SmallWorld::new, SmallWorld.Act.PLAIN);
  }

  /** The same with diminished rights. */
  static SmallStates exploreDiminished(int depth) {
    return explore(depth, SmallWorld::withDiminished, SmallWorld.Act.DIMINISHED);
  }

  private static SmallStates explore(
      int depth, Supplier<SmallWorld> beginning, Set<SmallWorld.Act> acts) {
    List<SmallWorld.Step> all = SmallWorld.Step.all(acts);
    Set<String> seen = new HashSet<>();
    seen.add(beginning.get().state());
    List<Path> level = List.of(new Path(new SmallWorld.Step[0]));
    long steps = 0;
    for (int i = 0; i < depth; i++) {
      List<Path> next = new ArrayList<>();
      for (Path path : level) {
        for (SmallWorld.Step step : all) {
          Path longer = path.and(step);
          try {
            SmallWorld world = path.world(beginning);
            if (!world.checked(step)) {
              continue;
            }
            steps++;
            if (seen.add(world.state())) {
              next.add(longer);
              world.end();
            }
          } catch (AssertionError | RuntimeException broken) {
            String how = broken.getMessage() + ": " + List.of(longer.steps());
            return new SmallStates(i + 1, seen.size(), steps, how);
          }
        }
      }
      level = next;
    }
    return new SmallStates(depth, seen.size(), steps, "");
  }

  /** The same for a caller in another class loader: a line that begins with FAILED or PASSED. */
  static String report(int depth) {
    return explore(depth).line();
  }

  static String reportDiminished(int depth) {
    return exploreDiminished(depth).line();
  }

  private String line() {
    String figures = "%d states, %d steps, depth %d".formatted(states, steps, depth);
    return failure.isEmpty() ? "PASSED " + figures : "FAILED " + figures + ": " + failure;
  }
}
