// SPDX-License-Identifier: Apache-2.0
/** Benchmarks of whole processes. Nobody requires this module; ./portunus bench starts its main. */
module org.portunus.bench {
  requires static io.aeron.client;
  requires static io.aeron.driver;
  requires static io.grpc;
  requires static io.grpc.netty.shaded;
  requires static io.grpc.stub;
  requires static org.agrona;
  requires static org.freedesktop.dbus;
  requires static org.jspecify;
  requires java.logging;
  requires java.management;
  requires java.rmi;
  requires jdk.management;
  requires portunus.example.inspector.api;
  requires portunus.example.inspector.demo;
  requires org.portunus.interfaces;
  requires org.portunus.kernel;
  requires org.portunus.linux;
  requires org.portunus.system;
  requires org.portunus.tool;
  requires info.picocli;
  requires tools.jackson.databind;

  opens org.portunus.bench.call to
      info.picocli;
  opens org.portunus.bench.kill to
      info.picocli;
  opens org.portunus.bench.ground to
      info.picocli;
  opens org.portunus.bench.stream to
      info.picocli;
  opens org.portunus.bench.launch to
      info.picocli;
  opens org.portunus.bench.mach to
      info.picocli;
  opens org.portunus.bench to
      info.picocli;
}
