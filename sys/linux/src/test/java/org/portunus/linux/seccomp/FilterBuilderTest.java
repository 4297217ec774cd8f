// SPDX-License-Identifier: Apache-2.0
package org.portunus.linux.seccomp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.EnumMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.portunus.linux.arch.Architecture;
import org.portunus.linux.arch.Call;
import org.portunus.linux.call.Errno;

class FilterBuilderTest {
  private static final int X32 = 0x40000000;
  private static final Action EPERM = Action.refuse(Errno.EPERM);
  private static final Action ENOSYS = Action.refuse(Errno.ENOSYS);

  private static FilterBuilder builder() {
    return FilterBuilder.create(Architecture.current());
  }

  @Test
  void everyNumberGetsItsOwnActionInRandomFilters() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < 20; round++) {
      Map<Call, Action> expected = new EnumMap<>(Call.class);
      FilterBuilder builder = builder().otherwise(EPERM);
      for (Call call : Call.values()) {
        switch (random.nextInt(5)) {
          case 0 -> builder.allow(call);
          case 1 -> builder.kill(call);
          case 2 -> builder.refuse(Errno.EACCES, call);
          default -> {}
        }
        expected.put(call, builder.action(call));
        if (!builder.action(call).equals(EPERM) && random.nextInt(40) == 0) {
          builder.hot(call);
        }
      }
      FilterProgram program = builder.build();
      for (int number = 0; number < 1024; number++) {
        Action action = Call.numbered(number).map(expected::get).orElse(ENOSYS);
        assertThat(program.evaluate(CallData.of(number)))
            .as("call %s, seed %s", number, seed)
            .isEqualTo(action);
        assertThat(program.evaluate(CallData.of(number | X32))).isEqualTo(Action.KILL);
      }
      assertThat(program.evaluate(CallData.of(-1))).isEqualTo(Action.KILL);
    }
  }

  @Test
  void anotherArchitectureIsKilledByTheFirstInstructions() {
    FilterProgram program = builder().allow(Call.values()).build();
    int i386 = 0x40000003;
    CallData foreign = new CallData(Call.READ.number(), i386, 0, 0, 0, 0, 0, 0);
    assertThat(program.evaluate(foreign)).isEqualTo(Action.KILL);
    assertThat(program.steps(foreign)).isEqualTo(3);
  }

  @Test
  void clausesAreTriedInOrderOnTheLowHalf() {
    FilterProgram program =
        builder()
            .when(Call.IOCTL, Action.ALLOW, Condition.oneOf(1, 0x5401, 0x541B, 0x5421))
            .refuse(Errno.EPERM, Call.IOCTL)
            .when(Call.CLONE, EPERM, Condition.anyBit(0, 0x7E020000))
            .allow(Call.CLONE)
            .when(
                Call.SOCKET,
                Action.ALLOW,
                Condition.equal(0, 1),
                Condition.maskedEqual(1, 0xF, 5),
                Condition.noBit(2, -1))
            .refuse(Errno.EAFNOSUPPORT, Call.SOCKET)
            .hot(Call.CLONE)
            .build();
    check(program, Call.IOCTL, 9, 0x5401, 0, Action.ALLOW);
    check(program, Call.IOCTL, 9, 0x5421, 0, Action.ALLOW);
    check(program, Call.IOCTL, 9, 0x5412, 0, EPERM);
    check(program, Call.IOCTL, 9, 0x7_0000_5401L, 0, Action.ALLOW);
    check(program, Call.IOCTL, 9, 0x5401_0000_0000L, 0, EPERM);
    check(program, Call.CLONE, 0x10000000, 0, 0, EPERM);
    check(program, Call.CLONE, 0x003D0F00, 0, 0, Action.ALLOW);
    check(program, Call.SOCKET, 1, 5 | 0x80000, 0, Action.ALLOW);
    check(program, Call.SOCKET, 1, 1, 0, Action.refuse(Errno.EAFNOSUPPORT));
    check(program, Call.SOCKET, 1, 5, 1, Action.refuse(Errno.EAFNOSUPPORT));
    check(program, Call.SOCKET, 2, 5, 0, Action.refuse(Errno.EAFNOSUPPORT));
    check(program, Call.READ, 0, 0, 0, ENOSYS);
  }

  private static void check(
      FilterProgram program, Call call, long a, long b, long c, Action expected) {
    assertThat(program.evaluate(CallData.of(call).with(a, b, c))).isEqualTo(expected);
  }

  @Test
  void theHottestCallCostsSixStepsAndTheRestALogarithm() {
    FilterBuilder builder = builder().hot(Call.READ, Call.FUTEX);
    for (Call call : Call.values()) {
      if (call.number() % 2 == 0) {
        builder.allow(call);
      }
    }
    FilterProgram program = builder.allow(Call.FUTEX).build();
    assertThat(program.steps(CallData.of(Call.READ))).isEqualTo(5);
    assertThat(program.steps(CallData.of(Call.FUTEX))).isEqualTo(6);
    for (int number = 0; number < 1024; number++) {
      assertThat(program.steps(CallData.of(number))).isLessThanOrEqualTo(18);
    }
  }

  @Test
  void largeBranchesAreBridged() {
    FilterBuilder builder = builder();
    for (Call call : Call.values()) {
      builder.when(call, Action.ALLOW, Condition.equal(0, call.number()));
    }
    FilterProgram program = builder.otherwise(EPERM).build();
    assertThat(program.length()).isGreaterThan(1000);
    for (Call call : Call.values()) {
      check(program, call, call.number(), 0, 0, Action.ALLOW);
      check(program, call, call.number() + 1, 0, 0, EPERM);
    }
  }

  @Test
  void contradictionsAndEmptyClausesAreRefused() {
    assertThatThrownBy(() -> builder().allow(Call.READ).kill(Call.READ))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("read is both ALLOW and KILL");
    assertThatThrownBy(() -> builder().when(Call.READ, Action.ALLOW))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> builder().hot(Call.READ).build()).hasMessageContaining("not named");
    assertThatThrownBy(() -> Condition.equal(6, 0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Condition.maskedEqual(0, 1, 2))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Condition.oneOf(0)).isInstanceOf(IllegalArgumentException.class);
  }
}
