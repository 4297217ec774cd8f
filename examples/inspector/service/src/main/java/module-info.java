// SPDX-License-Identifier: Apache-2.0
/** The inspector's implementation: parsers that are not trusted with more than one document. */
module portunus.example.inspector.service {
  requires static org.jspecify;
  requires portunus.example.inspector.api;
  requires java.desktop;
  requires java.xml;
  requires org.apache.pdfbox;
  requires org.apache.pdfbox.io;
  requires org.apache.fontbox;

  exports portunus.example.inspector.service;
}
