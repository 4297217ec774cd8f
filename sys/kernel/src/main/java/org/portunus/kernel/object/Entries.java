// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.object;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Pairs in the order in which they came, mostly none or one: that one needs no map. Not for several
 * threads.
 */
final class Entries<K, V> {
  private @Nullable K firstKey;
  private @Nullable V firstValue;
  // All behind the first; never empty.
  private @Nullable Map<K, V> others;

  @Nullable V get(K key) {
    if (key.equals(firstKey)) {
      return firstValue;
    }
    return others == null ? null : others.get(key);
  }

  void put(K key, V value) {
    if (key.equals(firstKey) || (firstKey == null && others == null)) {
      firstKey = key;
      firstValue = value;
      return;
    }
    Map<K, V> map = others;
    if (map == null) {
      map = new LinkedHashMap<>();
      others = map;
    }
    map.put(key, value);
  }

  void remove(K key) {
    if (key.equals(firstKey)) {
      firstKey = null;
      firstValue = null;
    } else if (others != null) {
      others.remove(key);
      if (others.isEmpty()) {
        others = null;
      }
    }
  }

  void clear() {
    firstKey = null;
    firstValue = null;
    others = null;
  }

  int size() {
    return (firstKey == null ? 0 : 1) + (others == null ? 0 : others.size());
  }

  void forEach(BiConsumer<K, V> action) {
    if (firstKey != null && firstValue != null) {
      action.accept(firstKey, firstValue);
    }
    if (others != null) {
      others.forEach(action);
    }
  }

  /** A copy. */
  List<K> keySet() {
    List<K> keys = new ArrayList<>(size());
    forEach((key, value) -> keys.add(key));
    return keys;
  }

  /** A copy. */
  List<V> values() {
    List<V> values = new ArrayList<>(size());
    forEach((key, value) -> values.add(value));
    return values;
  }
}
