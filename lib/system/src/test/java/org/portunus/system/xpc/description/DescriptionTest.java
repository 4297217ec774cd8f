// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.description;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.portunus.abi.error.PortunusException;
import org.portunus.abi.wire.MalformedFrameException;
import org.portunus.system.xpc.description.Fit.Sides;

/** A description is read as its form says; whatever else a peer sends is refused, in bounds. */
final class DescriptionTest {
  private static final String HEAD = "portunus-description-1\n";
  private static final String GOOD =
      HEAD
          + "interface a.b-c Sample\n"
          + " 1 put(o:#1,l:list<map<string,optional<#2>>>) -> #2 throws #3 idempotent\n"
          + " 2 note(n:int) oneway\n"
          + "record O\n a:int\n b?:#4\n"
          + "enum K\n A\n B\n"
          + "record Refused\n"
          + "sealed S\n #1\n #2\n";

  @Test
  void aGoodOneIsRead() throws Exception {
    Description read = Description.read(GOOD);
    assertThat(read.root().service()).isEqualTo("a.b-c");
    assertThat(read.root().methods()).hasSize(2);
    assertThat(read.definitions()).hasSize(5);
    assertThat(TypeText.of(read, read.root().methods().getFirst().parameters().get(1).type()))
        .isEqualTo("list<map<string,optional<K>>>");
    assertThat(Fit.of(read, read, new Sides("a", "b")).findings()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "portunus-description-2\ninterface a S\n",
        HEAD,
        HEAD + "interface a S",
        HEAD + "record R\n",
        HEAD + "interface a S\n 1 m( -> void\n",
        HEAD + "interface a S\n 1 m() -> #1\n",
        HEAD + "interface a S\n 1 m() -> #99999\n",
        HEAD + "interface a S\n 1 m() -> void throws #0\n",
        HEAD + "interface a S\n 1 m() -> void idempotent x\n",
        HEAD + "interface a S\n 1 m() -> thing\n",
        HEAD + "interface a S\n 1 m() -> list<int\n",
        HEAD + "interface a S\n 2 m() -> void\n 1 n() -> void\n",
        HEAD + "interface a S\n 1 m() -> void\n 1 n() -> void\n",
        HEAD + "interface a S\n 70000 m() -> void\n",
        HEAD + "interface a S\n 01 m() -> void\n",
        HEAD + "interface a S\n 1 m\u202e() -> void\n",
        HEAD + "interface a S\n 1 m\u001b() -> void\n",
        HEAD + "interface a S\u0000\n",
        HEAD + "interface a/b S\n",
        HEAD + "interface  S\n",
        HEAD + "interface a S\nsealed T\n #0\n",
        HEAD + "interface a S\nrecord R\n a:int\n a:int\n",
        HEAD + "interface a S\nenum E\n A\n A\n",
        HEAD + "interface a S\nclass C\n"
      })
  void othersAreRefused(String text) {
    assertThatThrownBy(() -> Description.read(text)).isInstanceOf(MalformedFrameException.class);
  }

  @Test
  void whatIsTooMuchIsRefused() {
    String deep = "list<".repeat(40) + "int" + ">".repeat(40);
    for (String text :
        List.of(
            HEAD + "interface a S\n 1 m() -> " + deep + "\n",
            HEAD + "interface a S\n" + "record R\n".repeat(1024),
            HEAD + "interface a " + "S".repeat(300) + "\n",
            HEAD + "interface a S\n" + " ".repeat(64 * 1024))) {
      assertThatThrownBy(() -> Description.read(text.getBytes(StandardCharsets.UTF_8)))
          .isInstanceOf(MalformedFrameException.class);
    }
    assertThatThrownBy(() -> Description.read(new byte[] {(byte) 0xff}))
        .isInstanceOf(MalformedFrameException.class);
  }

  @Test
  void manyTypesOnBothSidesAreComparedInBounds() throws Exception {
    Description one = Description.read(chain(1000, 997));
    Description other = Description.read(chain(1000, 991));
    assertThatThrownBy(() -> Fit.require(one, other))
        .isInstanceOf(PortunusException.class)
        .hasMessageContaining("too many types to compare");
  }

  /** Records in a ring: pairs of two rings of other lengths meet in every combination. */
  private static String chain(int count, int length) {
    StringBuilder text = new StringBuilder(HEAD + "interface a S\n 1 m(a:#1) -> void\n");
    for (int i = 0; i < count; i++) {
      text.append("record R\n a:list<#").append(1 + (i + 1) % length).append(">\n");
    }
    return text.toString();
  }

  @Test
  void mutatedOnesAreReadOrRefused() {
    long seed = System.nanoTime();
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    int refused = 0;
    for (int i = 0; i < 20_000; i++) {
      StringBuilder text = new StringBuilder(GOOD);
      for (int j = random.nextInt(1, 4); j > 0; j--) {
        int at = random.nextInt(text.length());
        switch (random.nextInt(3)) {
          case 0 -> text.deleteCharAt(at);
          case 1 -> text.insert(at, (char) random.nextInt(128));
          default -> text.setCharAt(at, GOOD.charAt(random.nextInt(GOOD.length())));
        }
      }
      try {
        Description read = Description.read(text.toString());
        assertThat(Fit.of(read, read, new Sides("a", "b")).findings()).isEmpty();
      } catch (MalformedFrameException wrong) {
        refused++;
      }
    }
    assertThat(refused).isBetween(1, 19_999);
  }
}
