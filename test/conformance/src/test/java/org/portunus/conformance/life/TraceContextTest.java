// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.life;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.common.ComponentLoader;
import io.opentelemetry.context.Context;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.portunus.system.xpc.ServiceConnection;
import portunus.lifeprobe.LifeProbe;

/** A client's span in a service whose bundle has OpenTelemetry, and in one that has not. */
class TraceContextTest {
  private static final String TRACED = "probe.traced";
  private static final String PLAIN = "probe.untraced";
  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
  private static final String SPAN = "b7ad6b7169203331";

  @TempDir static Path folder;
  private static LifeInstance instance;

  @BeforeAll
  static void start() throws Exception {
    instance =
        LifeInstance.start(
            new ProbeFolder(folder)
                .job(TRACED, Map.of(), 0)
                .with(TRACED, Span.class, Context.class, ComponentLoader.class)
                .job(PLAIN, Map.of(), 0));
  }

  @AfterAll
  static void end() throws Exception {
    instance.close();
  }

  private static Context span() {
    TraceState state = TraceState.builder().put("vendor", "value").build();
    return Context.root()
        .with(Span.wrap(SpanContext.create(TRACE, SPAN, TraceFlags.getSampled(), state)));
  }

  @Test
  void theSpanOfACallIsCurrentInItsHandlerAndOnlyThere() {
    try (ServiceConnection<LifeProbe> service = instance.open(TRACED)) {
      LifeProbe proxy = service.proxy(Eventually.PATIENCE);
      assertThat(proxy.trace()).isEqualTo("none");
      for (int round = 0; round < 20; round++) {
        assertThat(span().wrapSupplier(proxy::trace).get())
            .isEqualTo(TRACE + " " + SPAN + " value");
        proxy.note(round);
        assertThat(proxy.trace()).isEqualTo("none");
      }
      assertThat(proxy.noted()).isEqualTo(190);
    }
  }

  @Test
  void aServiceWithoutTheLibraryIsCalledAsEver() {
    try (ServiceConnection<LifeProbe> service = instance.open(PLAIN)) {
      LifeProbe proxy = service.proxy(Eventually.PATIENCE);
      assertThat(span().wrapSupplier(() -> proxy.echo(7)).get()).isEqualTo(7);
    }
  }
}
