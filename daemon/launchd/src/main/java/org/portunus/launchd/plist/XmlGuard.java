// SPDX-License-Identifier: Apache-2.0
package org.portunus.launchd.plist;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import javax.xml.XMLConstants;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.parsers.SAXParser;
import javax.xml.parsers.SAXParserFactory;
import org.jspecify.annotations.Nullable;
import org.portunus.abi.error.PortunusException;
import org.xml.sax.Attributes;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;
import org.xml.sax.SAXParseException;
import org.xml.sax.ext.DefaultHandler2;

/**
 * Looks over an XML property list before it is read: no declarations of its own, no definition but
 * Apple's (which is replaced by an empty one, not fetched), limited depth, no key twice in a
 * dictionary.
 */
final class XmlGuard extends DefaultHandler2 {
  private static final Set<String> APPLE =
      Set.of("-//Apple//DTD PLIST 1.0//EN", "-//Apple Computer//DTD PLIST 1.0//EN");

  private final String name;
  private final Deque<Set<String>> keys = new ArrayDeque<>();
  private final StringBuilder text = new StringBuilder();
  private int depth;

  private XmlGuard(String name) {
    this.name = name;
  }

  static void check(String name, byte[] bytes)
      throws ParserConfigurationException, SAXException, IOException {
    SAXParserFactory factory = SAXParserFactory.newDefaultInstance();
    factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
    factory.setFeature("http://xml.org/sax/features/external-general-entities", false);
    SAXParser parser = factory.newSAXParser();
    parser.setProperty("jdk.xml.entityExpansionLimit", "64");
    XmlGuard guard = new XmlGuard(name);
    parser.setProperty("http://xml.org/sax/properties/lexical-handler", guard);
    parser.setProperty("http://xml.org/sax/properties/declaration-handler", guard);
    try {
      parser.parse(new ByteArrayInputStream(bytes), guard);
    } catch (SAXParseException e) {
      throw new SAXException("line " + e.getLineNumber() + ": " + e.getMessage(), e);
    }
  }

  @Override
  public void startDTD(String root, @Nullable String publicId, @Nullable String systemId) {
    if (!root.equals("plist") || (publicId != null && !APPLE.contains(publicId))) {
      throw refused("its DOCTYPE is not that of a property list");
    }
    if (publicId == null && systemId != null) {
      throw refused("its DOCTYPE names an external file");
    }
  }

  @Override
  public InputSource resolveEntity(
      @Nullable String entity,
      @Nullable String publicId,
      @Nullable String base,
      @Nullable String systemId) {
    // Null or "[dtd]" is the definition that startDTD has let pass.
    if (entity != null && !entity.equals("[dtd]")) {
      throw refused("it refers to an external entity");
    }
    return new InputSource(new StringReader(""));
  }

  @Override
  public void elementDecl(String element, String model) {
    throw refused("its DOCTYPE has declarations of its own");
  }

  @Override
  public void attributeDecl(
      String element,
      String attribute,
      String type,
      @Nullable String mode,
      @Nullable String value) {
    throw refused("its DOCTYPE has declarations of its own");
  }

  @Override
  public void internalEntityDecl(String entity, String value) {
    throw refused("its DOCTYPE declares an entity");
  }

  @Override
  public void externalEntityDecl(String entity, @Nullable String publicId, String systemId) {
    throw refused("its DOCTYPE declares an entity");
  }

  @Override
  public void notationDecl(String notation, @Nullable String publicId, @Nullable String systemId) {
    throw refused("its DOCTYPE declares a notation");
  }

  @Override
  public void skippedEntity(String entity) {
    throw refused("it refers to an entity that is not declared");
  }

  @Override
  public void processingInstruction(String target, String data) {
    throw refused("it has a processing instruction");
  }

  @Override
  public void startElement(String uri, String local, String element, Attributes attributes) {
    // The root element plist and a value's own element come on top of the values' nesting.
    if (++depth > PropertyList.MAX_DEPTH + 2) {
      throw refused("it is nested deeper than " + PropertyList.MAX_DEPTH);
    }
    if (element.equals("dict")) {
      keys.push(new HashSet<>());
    }
    text.setLength(0);
  }

  @Override
  public void characters(char[] chars, int start, int length) {
    text.append(chars, start, length);
  }

  @Override
  public void endElement(String uri, String local, String element) {
    depth--;
    if (element.equals("dict")) {
      keys.pop();
    } else if (element.equals("key") && !keys.isEmpty() && !keys.element().add(text.toString())) {
      throw refused("it has the key " + PlistDictionary.quote(text.toString()) + " twice");
    }
    text.setLength(0);
  }

  private PortunusException refused(String why) {
    return PropertyList.bad(name, why);
  }
}
