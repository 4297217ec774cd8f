// SPDX-License-Identifier: Apache-2.0
package org.portunus.opentelemetry;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.portunus.abi.wire.CallContext;
import org.portunus.system.xpc.CallTracing;

/** Tells the span that is current, and makes a client's span current for the time of its call. */
public final class OpenTelemetryTracing implements CallTracing {
  private static final String PARENT = "traceparent";
  private static final String STATE = "tracestate";
  private static final W3CTraceContextPropagator FORM = W3CTraceContextPropagator.getInstance();

  /** Reads a map. */
  private enum Fields implements TextMapGetter<Map<String, String>> {
    OF_MAP;

    @Override
    public Iterable<String> keys(Map<String, String> carrier) {
      return carrier.keySet();
    }

    @Override
    public @Nullable String get(@Nullable Map<String, String> carrier, String key) {
      return carrier == null ? null : carrier.get(key);
    }
  }

  /** A state that is too long for the wire is left out, as W3C Trace Context allows. */
  @Override
  public Optional<CallContext> current() {
    Context context = Context.current();
    if (!Span.fromContext(context).getSpanContext().isValid()) {
      return Optional.empty();
    }
    Map<String, String> fields = new HashMap<>();
    FORM.inject(
        context,
        fields,
        (carrier, key, value) -> {
          if (carrier != null) {
            carrier.put(key, value);
          }
        });
    String state = fields.getOrDefault(STATE, "");
    return Optional.ofNullable(fields.get(PARENT))
        .map(
            parent -> new CallContext(parent, state.length() > CallContext.MAX_STATE ? "" : state));
  }

  @Override
  @SuppressWarnings("MustBeClosedChecker") // the caller closes what is returned
  public Scope enter(CallContext context) {
    Map<String, String> fields = Map.of(PARENT, context.traceparent(), STATE, context.tracestate());
    io.opentelemetry.context.Scope entered =
        FORM.extract(Context.current(), fields, Fields.OF_MAP).makeCurrent();
    return entered::close;
  }
}
