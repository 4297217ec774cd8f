// SPDX-License-Identifier: Apache-2.0
package portunus.example.inspector.service.pdf;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import org.apache.pdfbox.cos.COSArray;
import org.apache.pdfbox.cos.COSBase;
import org.apache.pdfbox.cos.COSInputStream;
import org.apache.pdfbox.cos.COSName;
import org.apache.pdfbox.cos.COSStream;
import org.apache.pdfbox.filter.DecodeOptions;
import org.apache.pdfbox.filter.Filter;
import org.apache.pdfbox.filter.FilterFactory;
import org.apache.pdfbox.io.RandomAccessInputStream;
import org.apache.pdfbox.io.RandomAccessOutputStream;
import org.apache.pdfbox.io.RandomAccessRead;
import org.apache.pdfbox.io.RandomAccessReadView;
import org.apache.pdfbox.io.RandomAccessReadWriteBuffer;
import org.apache.pdfbox.io.RandomAccessStreamCache;
import portunus.example.inspector.service.content.Budget;

/**
 * A stream whose filters are run under the budget before anybody reads what they give. A stream
 * counts once, however often it is used.
 */
final class BoundedStream extends COSStream {
  private final Budget budget;
  private boolean counted;

  BoundedStream(RandomAccessStreamCache cache, RandomAccessReadView raw, Budget budget)
      throws IOException {
    super(cache, raw);
    this.budget = budget;
  }

  /** PDFBox expands some raw streams by itself, so these are counted too. */
  @Override
  public InputStream createRawInputStream() throws IOException {
    count();
    return super.createRawInputStream();
  }

  @Override
  public COSInputStream createInputStream(DecodeOptions options) throws IOException {
    count();
    return super.createInputStream(options);
  }

  /** Runs every filter of the list; PDFBox would leave out one that is named twice. */
  @Override
  public RandomAccessRead createView() throws IOException {
    List<Filter> filters = filters();
    if (filters.isEmpty()) {
      return super.createView();
    }
    InputStream input = super.createRawInputStream();
    RandomAccessReadWriteBuffer buffer = new RandomAccessReadWriteBuffer();
    for (int i = 0; i < filters.size(); i++) {
      buffer = new RandomAccessReadWriteBuffer();
      OutputStream output = counting(new RandomAccessOutputStream(buffer));
      filters.get(i).decode(input, output, this, i, DecodeOptions.DEFAULT);
      output.flush();
      buffer.seek(0);
      input = new RandomAccessInputStream(buffer);
    }
    counted = true;
    return buffer;
  }

  @Override
  public OutputStream createRawOutputStream() throws IOException {
    counted = false;
    return super.createRawOutputStream();
  }

  private void count() throws IOException {
    if (counted || filters().isEmpty()) {
      return;
    }
    try {
      createView().close();
    } catch (IOException broken) {
      // What is still encrypted or damaged does not expand; the reader will meet the error itself.
      counted = false;
    }
  }

  private List<Filter> filters() throws IOException {
    List<Filter> filters = new ArrayList<>();
    COSBase stated = getFilters();
    if (stated instanceof COSName name) {
      filters.add(FilterFactory.INSTANCE.getFilter(name));
    } else if (stated instanceof COSArray array) {
      for (COSBase one : array) {
        if (one instanceof COSName name) {
          filters.add(FilterFactory.INSTANCE.getFilter(name));
        }
      }
    }
    return filters;
  }

  private OutputStream counting(OutputStream output) {
    return new OutputStream() {
      @Override
      public void write(int value) throws IOException {
        count(counted ? 0 : 1);
        output.write(value);
      }

      @Override
      public void write(byte[] bytes, int offset, int length) throws IOException {
        count(counted ? 0 : length);
        output.write(bytes, offset, length);
      }

      private void count(int bytes) {
        budget.expanded(bytes);
      }

      @Override
      public void flush() throws IOException {
        output.flush();
      }
    };
  }
}
