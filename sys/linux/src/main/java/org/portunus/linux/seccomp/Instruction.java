// SPDX-License-Identifier: Apache-2.0
package org.portunus.linux.seccomp;

/**
 * One {@code struct sock_filter}: the subset of classic BPF that a system-call filter needs, bpf(4)
 * of the BSDs and seccomp(2).
 *
 * @param code one of the constants here
 * @param jumpTrue instructions to skip when a comparison holds, 0 to 255
 * @param jumpFalse instructions to skip when it does not
 * @param operand unsigned
 */
record Instruction(int code, int jumpTrue, int jumpFalse, int operand) {
  static final int LOAD = 0x20;
  static final int AND = 0x54;
  static final int JUMP = 0x05;
  static final int JUMP_EQUAL = 0x15;
  static final int JUMP_GREATER_OR_EQUAL = 0x35;
  static final int JUMP_ANY_BIT = 0x45;
  static final int RETURN = 0x06;

  static final int REACH = 255;

  static Instruction load(int offset) {
    return new Instruction(LOAD, 0, 0, offset);
  }

  static Instruction and(int mask) {
    return new Instruction(AND, 0, 0, mask);
  }

  static Instruction jump(int distance) {
    return new Instruction(JUMP, 0, 0, distance);
  }

  static Instruction branch(int code, int operand, int jumpTrue, int jumpFalse) {
    return new Instruction(code, jumpTrue, jumpFalse, operand);
  }

  static Instruction returning(Action action) {
    return new Instruction(RETURN, 0, 0, action.value());
  }

  boolean isBranch() {
    return code == JUMP_EQUAL || code == JUMP_GREATER_OR_EQUAL || code == JUMP_ANY_BIT;
  }

  /** As text; {@code at} is this instruction's index, so that targets are absolute. */
  String text(int at) {
    String value = "#0x" + Integer.toHexString(operand);
    return switch (code) {
      case LOAD -> "ld [" + operand + "]";
      case AND -> "and " + value;
      case JUMP -> "ja " + (at + 1 + operand);
      case RETURN -> "ret " + Action.of(operand);
      case JUMP_EQUAL -> branchText("jeq ", value, at);
      case JUMP_GREATER_OR_EQUAL -> branchText("jge ", value, at);
      case JUMP_ANY_BIT -> branchText("jset ", value, at);
      default -> throw new IllegalStateException("no such instruction: " + code);
    };
  }

  private String branchText(String name, String value, int at) {
    return name + value + ", " + (at + 1 + jumpTrue) + ", " + (at + 1 + jumpFalse);
  }
}
