// SPDX-License-Identifier: Apache-2.0
package org.portunus.linux.seccomp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.portunus.linux.arch.Architecture;
import org.portunus.linux.arch.Call;
import org.portunus.linux.call.Errno;

class FilterProgramTest {
  private static final Instruction ALLOW = Instruction.returning(Action.ALLOW);

  @Test
  void bytesAndTextAreThoseOfTheKernelsFormat() {
    FilterProgram program =
        new FilterProgram(
            List.of(
                Instruction.load(0),
                Instruction.and(0xFF),
                Instruction.branch(Instruction.JUMP_EQUAL, 0x1234, 1, 0),
                Instruction.jump(1),
                ALLOW,
                Instruction.returning(Action.refuse(Errno.EPERM))));
    assertThat(program.toBytes())
        .startsWith(0x20, 0, 0, 0, 0, 0, 0, 0, 0x54, 0, 0, 0, 0xFF, 0, 0, 0)
        .containsSequence(0x15, 0, 1, 0, 0x34, 0x12, 0, 0);
    assertThat(program.disassemble())
        .isEqualTo(
            """
            0: ld [0]
            1: and #0xff
            2: jeq #0x1234, 4, 3
            3: ja 5
            4: ret ALLOW
            5: ret EPERM
            """);
  }

  @Test
  void decodingReadsWhatWasWritten() {
    FilterProgram program =
        FilterBuilder.create(Architecture.current())
            .allow(Call.READ)
            .when(Call.IOCTL, Action.KILL, Condition.anyBit(1, -2))
            .build();
    FilterProgram again = FilterProgram.decode(program.toBytes());
    assertThat(again.disassemble()).isEqualTo(program.disassemble());
    assertThatThrownBy(() -> FilterProgram.decode(new byte[7]))
        .isInstanceOf(IllegalArgumentException.class);
  }

  static List<List<Instruction>> broken() {
    return List.of(
        List.of(),
        List.of(Instruction.load(0)),
        List.of(Instruction.load(64), ALLOW),
        List.of(Instruction.load(-4), ALLOW),
        List.of(Instruction.load(2), ALLOW),
        List.of(Instruction.jump(1), ALLOW),
        List.of(Instruction.jump(-1), ALLOW),
        List.of(Instruction.branch(Instruction.JUMP_EQUAL, 0, 0, 1), ALLOW),
        List.of(new Instruction(0x60, 0, 0, 0), ALLOW),
        Collections.nCopies(FilterProgram.MAXIMUM_LENGTH + 1, ALLOW));
  }

  @ParameterizedTest
  @MethodSource("broken")
  void programsThatTheKernelWouldRefuseAreRefused(List<Instruction> instructions) {
    assertThatThrownBy(() -> new FilterProgram(instructions))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
