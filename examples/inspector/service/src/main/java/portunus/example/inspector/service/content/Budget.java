// SPDX-License-Identifier: Apache-2.0
package portunus.example.inspector.service.content;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import portunus.example.inspector.Limits;
import portunus.example.inspector.Reason;

/**
 * Counts what one document costs and ends its inspection at a limit. One budget covers all layers
 * and parts of the document. A refusal stays: {@link #verify} repeats it, in case a parser caught
 * it.
 */
public final class Budget {
  private final Limits limits;
  private long expanded;
  private Optional<Refusal> refusal = Optional.empty();

  public Budget(Limits limits) {
    this.limits = limits;
  }

  /** Bytes left a decompressor. */
  public void expanded(long bytes) {
    if (Thread.currentThread().isInterrupted()) {
      throw new CancellationException("the client no longer waits");
    }
    expanded += bytes;
    if (expanded > limits.maxExpandedBytes()) {
      throw refuse(
          Reason.LIMIT_EXPANSION,
          "more than " + limits.maxExpandedBytes() + " bytes after expansion");
    }
  }

  /** An archive states how many entries it has. */
  public void entries(long count) {
    if (count > limits.maxEntries()) {
      throw refuse(Reason.LIMIT_ENTRIES, count + " entries, more than " + limits.maxEntries());
    }
  }

  /** A parser is so many levels inside. */
  public void depth(int levels) {
    if (levels > limits.maxDepth()) {
      throw refuse(Reason.LIMIT_DEPTH, "nested to level " + levels + " of " + limits.maxDepth());
    }
  }

  /** An image claims to be so large. */
  public void pixels(long width, long height) {
    if (width > 0 && height > limits.maxPixels() / width) {
      throw refuse(
          Reason.LIMIT_PIXELS, width + " x " + height + " pixels, more than " + limits.maxPixels());
    }
  }

  /** Remembers a refusal and gives it to be thrown. */
  public Refusal refuse(Reason reason, String detail) {
    Refusal made = new Refusal(reason, detail);
    refusal = Optional.of(made);
    return made;
  }

  /** Throws the refusal that there was, if any. */
  public void verify() {
    if (refusal.isPresent()) {
      throw refusal.get();
    }
  }

  /** A stream whose bytes count as expanded. */
  public InputStream counted(InputStream decompressor) {
    return new FilterInputStream(decompressor) {
      @Override
      public int read() throws IOException {
        int read = super.read();
        if (read >= 0) {
          expanded(1);
        }
        return read;
      }

      @Override
      public int read(byte[] into, int offset, int length) throws IOException {
        int read = super.read(into, offset, length);
        if (read > 0) {
          expanded(read);
        }
        return read;
      }

      @Override
      public long skip(long count) throws IOException {
        long skipped = super.skip(count);
        expanded(skipped);
        return skipped;
      }
    };
  }
}
