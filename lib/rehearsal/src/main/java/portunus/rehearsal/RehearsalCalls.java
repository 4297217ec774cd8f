// SPDX-License-Identifier: Apache-2.0
package portunus.rehearsal;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** The client's side: makes each call once. */
public final class RehearsalCalls implements Consumer<Object> {
  @Override
  public void accept(Object proxy) {
    Rehearsal service = (Rehearsal) proxy;
    Values values =
        new Values(
            "text",
            service.version(),
            2L,
            0.5,
            true,
            Grade.SECOND,
            Optional.of("present"),
            List.of(1, 2),
            Map.of("key", "value"));
    if (!service.echo(values).equals(values)) {
      throw new IllegalStateException("the echo differs");
    }
  }
}
