// SPDX-License-Identifier: Apache-2.0
/** Carries the context of OpenTelemetry across calls, where a program or a bundle has its API. */
module org.portunus.opentelemetry {
  requires static org.jspecify;
  requires io.opentelemetry.api;
  requires io.opentelemetry.context;
  requires org.portunus.system;

  exports org.portunus.opentelemetry;

  provides org.portunus.system.xpc.CallTracing with
      org.portunus.opentelemetry.OpenTelemetryTracing;
}
