// SPDX-License-Identifier: Apache-2.0
package portunus.example.inspector.service.pdf;

import java.io.IOException;
import org.apache.pdfbox.cos.COSArray;
import org.apache.pdfbox.cos.COSBase;
import org.apache.pdfbox.cos.COSDictionary;
import org.apache.pdfbox.cos.COSDocument;
import org.apache.pdfbox.cos.COSInteger;
import org.apache.pdfbox.cos.COSNull;
import org.apache.pdfbox.cos.COSObject;
import org.apache.pdfbox.cos.COSStream;
import org.apache.pdfbox.cos.ICOSParser;
import org.apache.pdfbox.io.IOUtils;
import org.apache.pdfbox.io.RandomAccessRead;
import org.apache.pdfbox.io.RandomAccessStreamCache;
import org.apache.pdfbox.pdfparser.PDFParser;
import portunus.example.inspector.service.content.Budget;

/** PDFBox's parser, with counted depth, and with streams that count what they expand to. */
final class BoundedParser extends PDFParser {
  private final Budget budget;
  private int depth;

  BoundedParser(RandomAccessRead source, Budget budget) throws IOException {
    super(source, "", null, null, IOUtils.createMemoryOnlyStreamCache());
    this.budget = budget;
    document.close();
    document = new BoundedDocument(this, budget);
  }

  @Override
  protected COSBase parseDirObject() throws IOException {
    depth++;
    budget.depth(depth);
    try {
      skipSpaces();
      return source.peek() == '[' ? parseCOSArray() : super.parseDirObject();
    } finally {
      depth--;
    }
  }

  /**
   * Reads an array without the fixed depth that PDFBox has. A reference arrives as two numbers and
   * a marker.
   */
  @Override
  protected COSArray parseCOSArray() throws IOException {
    readExpectedChar('[');
    COSArray array = new COSArray();
    skipSpaces();
    while (source.peek() >= 0 && source.peek() != ']') {
      long before = source.getPosition();
      COSBase element = parseDirObject();
      if (element instanceof COSObject reference && reference.getKey() == null) {
        element = reference(array);
      }
      if (element != null) {
        array.add(element);
      } else if (source.getPosition() == before) {
        return array;
      }
      skipSpaces();
    }
    source.read();
    skipSpaces();
    return array;
  }

  private COSBase reference(COSArray array) throws IOException {
    int size = array.size();
    if (size >= 2
        && array.get(size - 1) instanceof COSInteger generation
        && array.get(size - 2) instanceof COSInteger number
        && number.longValue() >= 0
        && generation.intValue() >= 0) {
      array.remove(size - 1);
      array.remove(size - 2);
      return document.getObjectFromPool(getObjectKey(number.longValue(), generation.intValue()));
    }
    return COSNull.NULL;
  }

  /** Makes every stream that is read from the file a counted one. */
  private static final class BoundedDocument extends COSDocument {
    private final ICOSParser parser;
    private final Budget budget;
    private final RandomAccessStreamCache cache;

    BoundedDocument(ICOSParser parser, Budget budget) throws IOException {
      super(IOUtils.createMemoryOnlyStreamCache(), parser);
      this.parser = parser;
      this.budget = budget;
      cache = IOUtils.createMemoryOnlyStreamCache().create();
    }

    @Override
    public COSStream createCOSStream(COSDictionary dictionary, long start, long length)
        throws IOException {
      COSStream stream =
          new BoundedStream(cache, parser.createRandomAccessReadView(start, length), budget);
      dictionary.forEach(stream::setItem);
      stream.setKey(dictionary.getKey());
      return stream;
    }
  }
}
