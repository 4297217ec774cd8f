// SPDX-License-Identifier: Apache-2.0
package org.portunus.slf4j;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.slf4j.ILoggerFactory;
import org.slf4j.Logger;

/** One logger a name, up to a number of names; beyond it each call makes a new one. */
final class LineLoggers implements ILoggerFactory {
  private static final int MAX_KEPT = 10_000;

  private final LineSink sink;
  private final ConcurrentMap<String, Logger> loggers = new ConcurrentHashMap<>();

  LineLoggers(LineSink sink) {
    this.sink = sink;
  }

  @Override
  public Logger getLogger(String name) {
    Logger kept = loggers.get(name);
    if (kept != null) {
      return kept;
    }
    Logger made = new LineLogger(name, sink);
    if (loggers.size() >= MAX_KEPT) {
      return made;
    }
    Logger before = loggers.putIfAbsent(name, made);
    return before == null ? made : before;
  }
}
