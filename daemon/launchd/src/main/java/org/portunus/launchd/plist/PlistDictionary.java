// SPDX-License-Identifier: Apache-2.0
package org.portunus.launchd.plist;

import com.dd.plist.NSArray;
import com.dd.plist.NSDictionary;
import com.dd.plist.NSNumber;
import com.dd.plist.NSObject;
import com.dd.plist.NSString;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.abi.log.LogText;

/** A dictionary of a property list whose values are asked for by key and type. */
public final class PlistDictionary {
  private static final int MAX_STRING = 1024;

  private final String file;
  private final String path;
  private final NSDictionary values;

  PlistDictionary(String file, String path, NSDictionary values) {
    this.file = file;
    this.path = path;
    this.values = values;
  }

  /** All keys, in order of their characters. */
  public Set<String> keys() {
    return new TreeSet<>(values.keySet());
  }

  public Optional<String> string(String key) {
    return value(key)
        .map(value -> {
          if (value instanceof NSString text && text.getContent().length() <= MAX_STRING) {
            return text.getContent();
          }
          throw wrong(key, "a string of at most " + MAX_STRING + " characters");
        });
  }

  /**
   * A string that a missing key makes an error.
   *
   * @param form a regular expression for the whole string
   */
  public String required(String key, String form) {
    String text =
        string(key)
            .orElseThrow(() ->
                new PortunusException(
                    ErrorCode.PLIST_VALUE, file + ": the key " + path + key + " is missing"));
    if (!text.matches(form)) {
      throw wrong(key, "of the form " + form + ", not " + quote(text));
    }
    return text;
  }

  public boolean flag(String key) {
    return value(key)
        .map(value -> {
          if (value instanceof NSNumber number && number.isBoolean()) {
            return number.boolValue();
          }
          throw wrong(key, "true or false");
        })
        .orElse(false);
  }

  /** A whole number within bounds, both included. */
  public OptionalInt integer(String key, int least, int most) {
    Optional<NSObject> value = value(key);
    if (value.isEmpty()) {
      return OptionalInt.empty();
    }
    if (value.get() instanceof NSNumber number
        && number.isInteger()
        && number.longValue() >= least
        && number.longValue() <= most) {
      return OptionalInt.of(number.intValue());
    }
    throw wrong(key, "a whole number from " + least + " to " + most);
  }

  /** Seconds, whole or with a fraction, as milliseconds; bounds in milliseconds. */
  public OptionalInt seconds(String key, int leastMillis, int mostMillis) {
    Optional<NSObject> value = value(key);
    if (value.isEmpty()) {
      return OptionalInt.empty();
    }
    if (value.get() instanceof NSNumber number && !number.isBoolean()) {
      double millis = number.doubleValue() * 1000;
      if (millis >= leastMillis && millis <= mostMillis) {
        return OptionalInt.of((int) Math.round(millis));
      }
    }
    throw wrong(key, "seconds from " + leastMillis / 1000.0 + " to " + mostMillis / 1000.0);
  }

  /** Whether there is a dictionary under the key. */
  public boolean isDictionary(String key) {
    return values.objectForKey(key) instanceof NSDictionary;
  }

  public Optional<PlistDictionary> dictionary(String key) {
    return value(key)
        .map(value -> {
          if (value instanceof NSDictionary inner) {
            return new PlistDictionary(file, path + key + "/", inner);
          }
          throw wrong(key, "a dictionary");
        });
  }

  /** Strings of an array, each of the form of a regular expression; none if the key is missing. */
  public List<String> strings(String key, int most, String form) {
    List<String> texts = new ArrayList<>();
    Optional<NSObject> value = value(key);
    if (value.isPresent()) {
      if (!(value.get() instanceof NSArray array) || array.count() > most) {
        throw wrong(key, "an array of at most " + most + " strings");
      }
      for (NSObject each : array.getArray()) {
        if (!(each instanceof NSString text) || !text.getContent().matches(form)) {
          throw wrong(key, "strings of the form " + form);
        }
        texts.add(text.getContent());
      }
    }
    return List.copyOf(texts);
  }

  /** The error for a value, naming file, key and what is allowed. */
  public PortunusException wrong(String key, String allowed) {
    return new PortunusException(
        ErrorCode.PLIST_VALUE, file + ": " + path + quoteKey(key) + " must be " + allowed);
  }

  /** The error for a key that is not taken, naming file, key and the reason. */
  public PortunusException refusedKey(String key, String why) {
    return new PortunusException(
        ErrorCode.PLIST_KEY, file + ": the key " + path + quoteKey(key) + " " + why);
  }

  /** Refuses every key outside the set. */
  public void refuseOthers(Set<String> known) {
    for (String key : keys()) {
      if (!known.contains(key)) {
        throw refusedKey(key, "is unknown; known are " + new TreeSet<>(known));
      }
    }
  }

  private Optional<NSObject> value(String key) {
    return Optional.ofNullable(values.objectForKey(key));
  }

  private static String quoteKey(String key) {
    return key.matches("[A-Za-z0-9._-]{1,128}") ? key : quote(key);
  }

  /** Text of the file for a message: escaped, short, in quotes. */
  static String quote(String text) {
    String escaped = LogText.escape(text.length() > 64 ? text.substring(0, 64) + "..." : text);
    return '"' + escaped + '"';
  }
}
