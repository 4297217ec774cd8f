// SPDX-License-Identifier: Apache-2.0
package org.portunus.security.sandbox.filter;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.portunus.linux.arch.Architecture;
import org.portunus.linux.arch.Call;
import org.portunus.linux.call.Errno;
import org.portunus.linux.seccomp.Action;
import org.portunus.linux.seccomp.Condition;
import org.portunus.linux.seccomp.FilterBuilder;
import org.portunus.linux.seccomp.FilterProgram;

/**
 * What one filter answers, call by call; the program and the written table are both made from it.
 *
 * <p>A call of the kernel's list that has no row is refused with EPERM, a number that the list
 * doesn't have with ENOSYS.
 */
final class FilterTable {
  private static final Action REFUSED = Action.refuse(Errno.EPERM);
  private static final Action UNKNOWN = Action.refuse(Errno.ENOSYS);

  private final Map<Call, Row> rows = new EnumMap<>(Call.class);

  /** The first case whose conditions all hold decides, otherwise the last action. */
  private record Row(List<Case> cases, Action otherwise) {
    @Override
    public String toString() {
      String exceptions =
          cases.stream().map(c -> c.when() + ": " + c.action()).collect(Collectors.joining("; "));
      return cases.isEmpty() ? otherwise.toString() : exceptions + "; else " + otherwise;
    }
  }

  /**
   * A case of a row.
   *
   * @param when the conditions in the words of the manual page
   */
  private record Case(String when, Action action, List<Condition> conditions) {}

  /** Allows calls whatever their arguments. */
  FilterTable allow(Call... calls) {
    return answer(Action.ALLOW, calls);
  }

  /** Refuses calls; only for what a caller must see as another error than EPERM. */
  FilterTable refuse(Errno errno, Call... calls) {
    return answer(Action.refuse(errno), calls);
  }

  /** Takes calls back to EPERM. */
  FilterTable remove(Call... calls) {
    for (Call call : calls) {
      if (rows.remove(call) == null) {
        throw new IllegalStateException(call.kernelName() + " was refused already");
      }
    }
    return this;
  }

  private FilterTable answer(Action action, Call... calls) {
    for (Call call : calls) {
      put(call, new Row(List.of(), action));
    }
    return this;
  }

  /** Allows a call when all the conditions hold; EPERM otherwise. Repeated: either suffices. */
  FilterTable allowWhen(Call call, String when, Condition... conditions) {
    Row before = rows.getOrDefault(call, new Row(List.of(), REFUSED));
    List<Case> cases = new ArrayList<>(before.cases());
    cases.add(new Case(when, Action.ALLOW, List.of(conditions)));
    rows.put(call, new Row(List.copyOf(cases), before.otherwise()));
    return this;
  }

  private void put(Call call, Row row) {
    if (rows.putIfAbsent(call, row) != null) {
      throw new IllegalStateException(call.kernelName() + " has two rows");
    }
  }

  /** The answers for a number as the written table states them. */
  String answer(int number) {
    Optional<Call> call = Call.numbered(number);
    if (call.isEmpty()) {
      return UNKNOWN.toString();
    }
    return rows.getOrDefault(call.get(), new Row(List.of(), REFUSED)).toString();
  }

  /** The program that answers so, the most frequent calls first. */
  FilterProgram program(Call... hot) {
    FilterBuilder builder = FilterBuilder.create(Architecture.current()).otherwise(REFUSED);
    rows.forEach((call, row) -> add(builder, call, row));
    return builder.hot(hot).build();
  }

  private static void add(FilterBuilder builder, Call call, Row row) {
    for (Case exception : row.cases()) {
      builder.when(call, exception.action(), exception.conditions().toArray(Condition[]::new));
    }
    if (row.otherwise().equals(Action.ALLOW)) {
      builder.allow(call);
    } else {
      for (Errno errno : Errno.values()) {
        if (Action.refuse(errno).equals(row.otherwise())) {
          builder.refuse(errno, call);
        }
      }
    }
  }
}
