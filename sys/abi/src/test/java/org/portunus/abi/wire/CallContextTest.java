// SPDX-License-Identifier: Apache-2.0
package org.portunus.abi.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class CallContextTest {
  private static final String PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  @Test
  void isWhatW3CSays() throws MalformedFrameException {
    for (String state : List.of("", "vendor=value", "x".repeat(CallContext.MAX_STATE))) {
      CallContext read = CallContext.read(bytes(PARENT + state));
      assertThat(read).isEqualTo(new CallContext(PARENT, state));
      assertThat(read.toBytes()).isEqualTo(bytes(PARENT + state));
    }
  }

  @Test
  void otherFormsAreRefused() {
    for (String wrong :
        List.of(
            "",
            PARENT.substring(1),
            "01" + PARENT.substring(2),
            PARENT.replace('a', 'A'),
            PARENT.replace('-', '_'),
            "00-" + "0".repeat(32) + PARENT.substring(35),
            PARENT.substring(0, 36) + "0".repeat(16) + "-01",
            PARENT + "\n",
            PARENT + "\u00e9",
            PARENT + "x".repeat(CallContext.MAX_STATE + 1))) {
      assertThatExceptionOfType(MalformedFrameException.class)
          .as(wrong)
          .isThrownBy(() -> CallContext.read(bytes(wrong)));
    }
  }
}
