// SPDX-License-Identifier: Apache-2.0
package portunus.example.inspector.service.markup;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Collects the text of the first of each wanted element, such as title and creator, and of wanted
 * attributes.
 */
public final class ElementText implements BoundedXml.Listener {
  private static final int MOST = 4096;

  private final Set<String> elements;
  private final Set<String> attributes;
  private final Map<String, StringBuilder> found = new HashMap<>();
  private final Map<String, String> foundAttributes = new HashMap<>();
  private Optional<StringBuilder> open = Optional.empty();
  private String openName = "";

  public ElementText(Set<String> elements, Set<String> attributes) {
    this.elements = elements;
    this.attributes = attributes;
  }

  /** Stripped; empty if there is no such element or no text in it. */
  public Optional<String> text(String element) {
    return Optional.ofNullable(found.get(element))
        .map(builder -> builder.toString().strip())
        .filter(text -> !text.isEmpty());
  }

  public Optional<String> attribute(String localName) {
    return Optional.ofNullable(foundAttributes.get(localName));
  }

  /** The text or attribute as a count; empty unless it is a number in the range of a count. */
  public static Optional<Integer> count(Optional<String> stated) {
    return stated.filter(text -> text.matches("[0-9]{1,9}")).map(Integer::valueOf);
  }

  @Override
  public void start(BoundedXml.Element element) {
    String name = element.name();
    if (open.isEmpty() && elements.contains(name) && !found.containsKey(name)) {
      StringBuilder builder = new StringBuilder();
      found.put(name, builder);
      open = Optional.of(builder);
      openName = name;
    }
    for (String wanted : attributes) {
      element.attribute(wanted).ifPresent(value -> foundAttributes.putIfAbsent(wanted, value));
    }
  }

  @Override
  public void end(String localName) {
    if (localName.equals(openName)) {
      open = Optional.empty();
      openName = "";
    }
  }

  @Override
  public void accept(char[] characters, int offset, int length) {
    open.ifPresent(builder ->
        builder.append(characters, offset, Math.max(0, Math.min(length, MOST - builder.length()))));
  }
}
