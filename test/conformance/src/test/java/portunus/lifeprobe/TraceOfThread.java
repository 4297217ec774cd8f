// SPDX-License-Identifier: Apache-2.0
package portunus.lifeprobe;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;

/** Asks the API of OpenTelemetry, which only some bundles have. */
final class TraceOfThread {
  private TraceOfThread() {}

  static String text() {
    SpanContext span = Span.current().getSpanContext();
    return span.isValid()
        ? span.getTraceId() + " " + span.getSpanId() + " " + span.getTraceState().get("vendor")
        : "none";
  }
}
