// SPDX-License-Identifier: Apache-2.0
package org.portunus.slf4j;

import org.jspecify.annotations.Nullable;
import org.slf4j.ILoggerFactory;
import org.slf4j.IMarkerFactory;
import org.slf4j.helpers.BasicMarkerFactory;
import org.slf4j.helpers.NOPMDCAdapter;
import org.slf4j.spi.MDCAdapter;
import org.slf4j.spi.SLF4JServiceProvider;

/** Found by SLF4J through ServiceLoader. */
public final class StandardErrorProvider implements SLF4JServiceProvider {
  private final IMarkerFactory markers = new BasicMarkerFactory();
  private final MDCAdapter context = new NOPMDCAdapter();
  private @Nullable ILoggerFactory loggers;

  @Override
  public ILoggerFactory getLoggerFactory() {
    ILoggerFactory made = loggers;
    if (made == null) {
      throw new IllegalStateException("SLF4J calls initialize first");
    }
    return made;
  }

  @Override
  public IMarkerFactory getMarkerFactory() {
    return markers;
  }

  @Override
  public MDCAdapter getMDCAdapter() {
    return context;
  }

  /** The version of the SLF4J interface that this was written for. */
  @Override
  public String getRequestedApiVersion() {
    return "2.0.99";
  }

  @Override
  public void initialize() {
    loggers = new LineLoggers(new LineSink(System.err));
  }
}
