// SPDX-License-Identifier: Apache-2.0
package org.portunus.linux.seccomp;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.portunus.linux.arch.Architecture;
import org.portunus.linux.arch.Call;
import org.portunus.linux.arch.Layouts.SeccompData;
import org.portunus.linux.call.Errno;

/**
 * Builds an allow-list filter (rule C5): other architectures and x32 calls kill the process,
 * numbers that the table does not know get ENOSYS, calls that are not named get {@link #otherwise}.
 *
 * <p>Hot calls are compared first, in their order; the rest is found by a balanced search over
 * ranges of numbers that are treated alike.
 */
public final class FilterBuilder {
  private static final int X32_BIT = 0x40000000;
  private static final Action UNKNOWN = Action.refuse(Errno.ENOSYS);

  private final Architecture architecture;
  private final Map<Call, Action> actions = new EnumMap<>(Call.class);
  private final Map<Call, List<CallRule.Clause>> clauses = new EnumMap<>(Call.class);
  private final Set<Call> hot = new LinkedHashSet<>();
  private Action otherwise = UNKNOWN;

  private FilterBuilder(Architecture architecture) {
    this.architecture = architecture;
  }

  /** A filter that refuses everything so far. */
  public static FilterBuilder create(Architecture architecture) {
    return new FilterBuilder(architecture);
  }

  /** Allows calls, whatever their arguments, unless a clause decides first. */
  public FilterBuilder allow(Call... calls) {
    return set(Action.ALLOW, calls);
  }

  /** Refuses calls with an error, unless a clause decides first. */
  public FilterBuilder refuse(Errno errno, Call... calls) {
    return set(Action.refuse(errno), calls);
  }

  /** Kills the process on these calls, unless a clause decides first. */
  public FilterBuilder kill(Call... calls) {
    return set(Action.KILL, calls);
  }

  private FilterBuilder set(Action action, Call... calls) {
    for (Call call : calls) {
      Action before = actions.putIfAbsent(call, action);
      if (before != null && !before.equals(action)) {
        throw new IllegalArgumentException(
            call.kernelName() + " is both " + before + " and " + action);
      }
    }
    return this;
  }

  /**
   * Adds a clause: when all the conditions hold, this action. Clauses of a call are tried in the
   * order of their adding; when none holds, the call's own action counts.
   */
  public FilterBuilder when(Call call, Action action, Condition... conditions) {
    if (conditions.length == 0) {
      throw new IllegalArgumentException("a clause needs a condition; use allow, refuse or kill");
    }
    clauses
        .computeIfAbsent(call, ignored -> new ArrayList<>())
        .add(new CallRule.Clause(List.of(conditions), action));
    return this;
  }

  /** The action for calls that the table knows and this filter does not name; ENOSYS at first. */
  public FilterBuilder otherwise(Action action) {
    otherwise = action;
    return this;
  }

  /** Calls to compare first, most frequent first; they must be named by the filter as well. */
  public FilterBuilder hot(Call... calls) {
    hot.addAll(List.of(calls));
    return this;
  }

  /** What becomes of a call whatever its arguments, when no clause of it holds. */
  public Action action(Call call) {
    return actions.getOrDefault(call, otherwise);
  }

  /**
   * The program.
   *
   * @throws IllegalArgumentException when it gets too long, or a hot call is not named
   */
  public FilterProgram build() {
    List<Instruction> code = new ArrayList<>();
    code.add(Instruction.load(SeccompData.ARCHITECTURE));
    code.add(Instruction.branch(Instruction.JUMP_EQUAL, architecture.auditNumber(), 1, 0));
    code.add(Instruction.returning(Action.KILL));
    code.add(Instruction.load(SeccompData.NUMBER));
    for (Call call : hot) {
      if (!actions.containsKey(call) && !clauses.containsKey(call)) {
        throw new IllegalArgumentException(call.kernelName() + " is hot but not named");
      }
      List<Instruction> rule = rule(call).code();
      code.add(
          Instruction.branch(
              Instruction.JUMP_EQUAL, call.number(architecture), 0, reachable(rule.size())));
      code.addAll(rule);
    }
    code.addAll(search(ranges()));
    return new FilterProgram(code);
  }

  private CallRule rule(Call call) {
    return new CallRule(clauses.getOrDefault(call, List.of()), action(call));
  }

  /**
   * From each first number of a range to its rule, x32 as the last; hot numbers join a neighbour.
   */
  private List<Map.Entry<Integer, CallRule>> ranges() {
    TreeMap<Integer, Call> known = new TreeMap<>();
    for (Call call : Call.values()) {
      known.put(call.number(architecture), call);
    }
    int last = known.lastKey();
    TreeMap<Integer, CallRule> ranges = new TreeMap<>();
    CallRule current = CallRule.always(UNKNOWN);
    ranges.put(0, current);
    for (int number = 0; number <= last + 1; number++) {
      Call call = known.get(number);
      if (call != null && hot.contains(call)) {
        continue;
      }
      CallRule rule = call == null ? CallRule.always(UNKNOWN) : rule(call);
      if (!rule.equals(current)) {
        ranges.put(number, rule);
        current = rule;
      }
    }
    ranges.put(X32_BIT, CallRule.always(Action.KILL));
    return List.copyOf(ranges.entrySet());
  }

  private static List<Instruction> search(List<Map.Entry<Integer, CallRule>> ranges) {
    if (ranges.size() == 1) {
      return ranges.getFirst().getValue().code();
    }
    int middle = ranges.size() / 2;
    List<Instruction> below = search(ranges.subList(0, middle));
    List<Instruction> above = search(ranges.subList(middle, ranges.size()));
    int boundary = ranges.get(middle).getKey();
    List<Instruction> code = new ArrayList<>();
    if (below.size() <= Instruction.REACH) {
      code.add(Instruction.branch(Instruction.JUMP_GREATER_OR_EQUAL, boundary, below.size(), 0));
    } else {
      code.add(Instruction.branch(Instruction.JUMP_GREATER_OR_EQUAL, boundary, 0, 1));
      code.add(Instruction.jump(below.size()));
    }
    code.addAll(below);
    code.addAll(above);
    return code;
  }

  private static int reachable(int distance) {
    if (distance > Instruction.REACH) {
      throw new IllegalArgumentException("too many conditions on one system call");
    }
    return distance;
  }
}
