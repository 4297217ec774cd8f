// SPDX-License-Identifier: Apache-2.0
/** The main job: every document of a folder, inspected by a service that is not trusted with it. */
module portunus.example.inspector.demo {
  requires static org.jspecify;
  requires portunus.example.inspector.api;
  requires org.portunus.interfaces;
  requires org.portunus.tool;
  requires info.picocli;
  requires java.desktop;
  requires tools.jackson.core;
  requires tools.jackson.databind;

  exports portunus.example.inspector.demo;

  opens portunus.example.inspector.demo to
      info.picocli;
}
