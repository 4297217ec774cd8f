// SPDX-License-Identifier: Apache-2.0
package org.portunus.linux.seccomp;

import java.util.ArrayList;
import java.util.List;

/**
 * What happens to one system call: the first clause whose conditions all hold decides, otherwise
 * the last action.
 */
record CallRule(List<Clause> clauses, Action otherwise) {
  /** Conditions that must all hold, and the action then. */
  record Clause(List<Condition> conditions, Action action) {}

  static CallRule always(Action action) {
    return new CallRule(List.of(), action);
  }

  List<Instruction> code() {
    List<Instruction> code = new ArrayList<>();
    for (Clause clause : clauses) {
      List<Instruction> guarded = List.of(Instruction.returning(clause.action()));
      for (Condition condition : clause.conditions().reversed()) {
        guarded = condition.guarding(guarded);
      }
      code.addAll(guarded);
    }
    code.add(Instruction.returning(otherwise));
    return code;
  }
}
