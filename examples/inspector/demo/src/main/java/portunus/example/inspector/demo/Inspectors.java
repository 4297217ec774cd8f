// SPDX-License-Identifier: Apache-2.0
package portunus.example.inspector.demo;

import java.time.Duration;
import portunus.example.inspector.DocumentInspector;

/** Where inspectors come from: another process by way of an instance, or this one. */
@FunctionalInterface
public interface Inspectors {
  /** An inspector each of whose calls ends within this time, if need be with DEADLINE. */
  DocumentInspector within(Duration deadline);
}
