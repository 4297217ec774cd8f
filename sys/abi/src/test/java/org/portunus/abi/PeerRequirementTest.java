// SPDX-License-Identifier: Apache-2.0
package org.portunus.abi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.portunus.abi.identity.CodeIdentity;
import org.portunus.abi.identity.PeerIdentity;
import org.portunus.abi.identity.PeerRequirement;

/** What a requirement says, and who meets it. */
class PeerRequirementTest {
  private static final CodeIdentity ONE = identity((byte) 1);
  private static final CodeIdentity TWO = identity((byte) 2);
  private static final String NAME = "org.example.viewer";

  private static CodeIdentity identity(byte fill) {
    byte[] bytes = new byte[CodeIdentity.BYTES];
    Arrays.fill(bytes, fill);
    return CodeIdentity.ofBytes(bytes);
  }

  private static PeerIdentity peer(String identifier, CodeIdentity code) {
    return new PeerIdentity(Optional.of(identifier), Optional.of(code));
  }

  @Test
  void textAndRequirementAreTheSame() {
    String code = "code " + "01".repeat(32);
    for (String text :
        new String[] {
          code, "unanchored identifier " + NAME, "identifier " + NAME + " and " + code
        }) {
      assertThat(PeerRequirement.parse(text)).hasToString(text);
      assertThat(PeerRequirement.parse(text)).isEqualTo(PeerRequirement.parse(text));
    }
    assertThat(PeerRequirement.code(ONE)).hasToString(code);
    assertThat(PeerRequirement.unanchoredIdentifier("x")).hasToString("unanchored identifier x");
    assertThat(PeerRequirement.identifierAndCode(NAME, ONE))
        .isEqualTo(PeerRequirement.parse("identifier " + NAME + " and " + code));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "anybody",
        "identifier org.example.viewer",
        "unanchored identifier ",
        "unanchored identifier Org.Example",
        "unanchored identifier a b",
        "unanchored identifier a and code 00",
        "code ",
        "code 0101",
        "code ABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABAB",
        " unanchored identifier a",
        "unanchored identifier a\n",
        "unanchored  identifier a",
      })
  void otherTextsAreRefused(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PeerRequirement.parse(text))
        .withMessageContaining("is no requirement");
  }

  @Test
  void longTextsAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PeerRequirement.unanchoredIdentifier("a".repeat(201)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PeerRequirement.parse("x".repeat(100_000)))
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(500));
  }

  @Test
  void whoMeetsIt() {
    PeerRequirement code = PeerRequirement.code(ONE);
    PeerRequirement both = PeerRequirement.identifierAndCode(NAME, ONE);
    PeerRequirement name = PeerRequirement.unanchoredIdentifier(NAME);
    assertThat(code.refusal(peer(NAME, ONE))).isEmpty();
    assertThat(code.refusal(peer("other", ONE))).isEmpty();
    assertThat(both.refusal(peer(NAME, ONE))).isEmpty();
    assertThat(name.refusal(peer(NAME, TWO))).isEmpty();
    assertThat(code.refusal(peer(NAME, TWO)))
        .hasValue("found identifier " + NAME + " and code " + TWO + ", wanted " + code);
    assertThat(both.refusal(peer("other", ONE))).isPresent();
    assertThat(both.refusal(peer(NAME, TWO))).isPresent();
    assertThat(name.refusal(peer(NAME + ".x", ONE))).isPresent();
    assertThat(name.refusal(peer("org.example", ONE))).isPresent();
  }

  @Test
  void whatIsAbsentMeetsNothing() {
    CodeIdentity zeros = identity((byte) 0);
    assertThat(PeerRequirement.code(zeros).refusal(PeerIdentity.NONE))
        .hasValueSatisfying(why -> assertThat(why).startsWith("found a program of no bundle"));
    PeerIdentity named = new PeerIdentity(Optional.of(NAME), Optional.empty());
    assertThat(PeerRequirement.identifierAndCode(NAME, zeros).refusal(named)).isPresent();
    assertThat(PeerRequirement.unanchoredIdentifier(NAME).refusal(named)).isEmpty();
  }
}
