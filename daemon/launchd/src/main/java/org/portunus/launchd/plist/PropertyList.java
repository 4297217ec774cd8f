// SPDX-License-Identifier: Apache-2.0
package org.portunus.launchd.plist;

import com.dd.plist.BinaryPropertyListParser;
import com.dd.plist.NSArray;
import com.dd.plist.NSDictionary;
import com.dd.plist.NSObject;
import com.dd.plist.NSSet;
import com.dd.plist.PropertyListFormatException;
import com.dd.plist.XMLPropertyListParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import javax.xml.parsers.ParserConfigurationException;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.xml.sax.SAXException;

/** Reading a property list, XML or binary, of which nothing is believed. */
public final class PropertyList {
  /** Largest file, in bytes. */
  public static final int MAX_BYTES = 256 * 1024;

  /** Deepest nesting of arrays and dictionaries. */
  public static final int MAX_DEPTH = 32;

  /** Most values, each counted as often as it is reached. */
  public static final int MAX_VALUES = 10_000;

  private static final byte[] BINARY = "bplist00".getBytes(StandardCharsets.US_ASCII);

  private PropertyList() {}

  /**
   * Reads a list whose root is a dictionary.
   *
   * @param name for messages
   * @throws PortunusException PLIST_VALUE for anything else
   */
  public static PlistDictionary read(String name, byte[] bytes) {
    if (bytes.length > MAX_BYTES) {
      throw bad(name, "it is larger than " + MAX_BYTES + " bytes");
    }
    NSObject root = parse(name, bytes);
    check(name, root, 1, new int[] {MAX_VALUES});
    if (!(root instanceof NSDictionary dictionary)) {
      throw bad(name, "its root is no dictionary");
    }
    return new PlistDictionary(name, "", dictionary);
  }

  private static NSObject parse(String name, byte[] bytes) {
    try {
      if (Arrays.equals(BINARY, 0, 8, bytes, 0, Math.min(8, bytes.length))) {
        BinaryDepth.check(name, bytes);
        return BinaryPropertyListParser.parse(bytes);
      }
      XmlGuard.check(name, bytes);
      return XMLPropertyListParser.parse(bytes);
    } catch (PropertyListFormatException
        | IOException
        | SAXException
        | ParserConfigurationException
        | IllegalArgumentException
        | ArithmeticException
        | IndexOutOfBoundsException e) {
      throw new PortunusException(
          ErrorCode.PLIST_VALUE, name + " is no property list: " + e.getMessage(), e);
    }
  }

  private static void check(String name, NSObject value, int depth, int[] left) {
    if (depth > MAX_DEPTH) {
      throw bad(name, "it is nested deeper than " + MAX_DEPTH);
    }
    if (--left[0] < 0) {
      throw bad(name, "it has more than " + MAX_VALUES + " values");
    }
    List<NSObject> inner =
        switch (value) {
          case NSDictionary dictionary -> List.copyOf(dictionary.values());
          case NSArray array -> Arrays.asList(array.getArray());
          case NSSet set -> Arrays.asList(set.allObjects());
          default -> List.of();
        };
    inner.forEach(each -> check(name, each, depth + 1, left));
  }

  static PortunusException bad(String name, String why) {
    return new PortunusException(ErrorCode.PLIST_VALUE, name + " is refused: " + why);
  }
}
