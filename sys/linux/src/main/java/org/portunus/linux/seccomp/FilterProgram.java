// SPDX-License-Identifier: Apache-2.0
package org.portunus.linux.seccomp;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.portunus.linux.arch.Layouts.SeccompData;
import org.portunus.linux.arch.Layouts.SocketFilter;

/**
 * A checked system-call filter: an array of {@code struct sock_filter}. Every path ends in a
 * return, jumps only go forward, and loads stay inside {@code struct seccomp_data}.
 */
public final class FilterProgram {
  /** The kernel's limit, BPF_MAXINSNS. */
  public static final int MAXIMUM_LENGTH = 4096;

  private final List<Instruction> instructions;

  FilterProgram(List<Instruction> instructions) {
    this.instructions = List.copyOf(instructions);
    check();
  }

  /**
   * Reads a program from its bytes.
   *
   * @throws IllegalArgumentException when it uses anything outside the subset written here
   */
  public static FilterProgram decode(byte[] bytes) {
    if (bytes.length % SocketFilter.INSTRUCTION_SIZE != 0) {
      throw new IllegalArgumentException("a filter is a multiple of 8 bytes, not " + bytes.length);
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    List<Instruction> instructions = new ArrayList<>();
    while (buffer.hasRemaining()) {
      instructions.add(
          new Instruction(
              buffer.getShort() & 0xFFFF,
              buffer.get() & 0xFF,
              buffer.get() & 0xFF,
              buffer.getInt()));
    }
    return new FilterProgram(instructions);
  }

  private void check() {
    if (instructions.isEmpty() || instructions.size() > MAXIMUM_LENGTH) {
      throw new IllegalArgumentException(
          "a filter has 1 to " + MAXIMUM_LENGTH + " instructions, not " + instructions.size());
    }
    for (int at = 0; at < instructions.size(); at++) {
      Instruction instruction = instructions.get(at);
      int left = instructions.size() - at - 1;
      boolean good =
          switch (instruction.code()) {
            case Instruction.RETURN -> true;
            case Instruction.AND -> left > 0;
            case Instruction.LOAD ->
                left > 0
                    && instruction.operand() >= 0
                    && instruction.operand() < SeccompData.SIZE
                    && instruction.operand() % 4 == 0;
            case Instruction.JUMP -> Integer.compareUnsigned(instruction.operand(), left) < 0;
            default ->
                instruction.isBranch()
                    && Math.max(instruction.jumpTrue(), instruction.jumpFalse()) < left;
          };
      if (!good) {
        throw new IllegalArgumentException("instruction " + at + " is not valid: " + instruction);
      }
    }
  }

  /** How many instructions. */
  public int length() {
    return instructions.size();
  }

  /** The array of {@code struct sock_filter}, as bubblewrap's {@code --seccomp} reads it. */
  public byte[] toBytes() {
    ByteBuffer buffer =
        ByteBuffer.allocate(instructions.size() * SocketFilter.INSTRUCTION_SIZE)
            .order(ByteOrder.LITTLE_ENDIAN);
    for (Instruction instruction : instructions) {
      buffer
          .putShort((short) instruction.code())
          .put((byte) instruction.jumpTrue())
          .put((byte) instruction.jumpFalse())
          .putInt(instruction.operand());
    }
    return buffer.array();
  }

  /** One line an instruction, with its index and absolute jump targets. */
  public String disassemble() {
    StringBuilder text = new StringBuilder();
    for (int at = 0; at < instructions.size(); at++) {
      text.append(at).append(": ").append(instructions.get(at).text(at)).append('\n');
    }
    return text.toString();
  }

  /** What the filter answers, computed here instead of in the kernel. */
  public Action evaluate(CallData data) {
    return Action.of(instructions.get(end(data)).operand());
  }

  /** How many instructions the kernel executes for this call. */
  public int steps(CallData data) {
    int steps = 0;
    for (int at = 0, accumulator = 0; ; steps++) {
      Instruction now = instructions.get(at);
      if (now.code() == Instruction.RETURN) {
        return steps + 1;
      }
      accumulator = accumulator(now, accumulator, data);
      at = next(now, at, accumulator);
    }
  }

  private int end(CallData data) {
    int at = 0;
    int accumulator = 0;
    while (instructions.get(at).code() != Instruction.RETURN) {
      Instruction now = instructions.get(at);
      accumulator = accumulator(now, accumulator, data);
      at = next(now, at, accumulator);
    }
    return at;
  }

  private static int accumulator(Instruction now, int accumulator, CallData data) {
    return switch (now.code()) {
      case Instruction.LOAD -> data.word(now.operand());
      case Instruction.AND -> accumulator & now.operand();
      default -> accumulator;
    };
  }

  private static int next(Instruction now, int at, int accumulator) {
    boolean holds =
        switch (now.code()) {
          case Instruction.JUMP_EQUAL -> accumulator == now.operand();
          case Instruction.JUMP_GREATER_OR_EQUAL ->
              Integer.compareUnsigned(accumulator, now.operand()) >= 0;
          case Instruction.JUMP_ANY_BIT -> (accumulator & now.operand()) != 0;
          default -> false;
        };
    int skip =
        switch (now.code()) {
          case Instruction.JUMP -> now.operand();
          default -> holds ? now.jumpTrue() : now.jumpFalse();
        };
    return at + 1 + skip;
  }
}
