// SPDX-License-Identifier: Apache-2.0
package portunus.example.inspector.service.markup;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import portunus.example.inspector.Reason;
import portunus.example.inspector.service.content.Budget;
import portunus.example.inspector.service.text.CharSink;
import portunus.example.inspector.service.text.HtmlEntities;

/** Reads XML to its end, as events to a {@link Listener}. */
public final class BoundedXml {
  /** Takes what a document is made of, in order. */
  public interface Listener extends CharSink {
    void start(Element element);

    void end(String localName);
  }

  /** An element that starts. Valid during the call only. */
  public static final class Element {
    private final XMLStreamReader reader;
    private final int depth;

    private Element(XMLStreamReader reader, int depth) {
      this.reader = reader;
      this.depth = depth;
    }

    public String name() {
      return reader.getLocalName();
    }

    /** 1 for the root. */
    public int depth() {
      return depth;
    }

    /** The attribute with this local name, in any namespace. */
    public Optional<String> attribute(String localName) {
      for (int i = 0; i < reader.getAttributeCount(); i++) {
        if (reader.getAttributeLocalName(i).equals(localName)) {
          return Optional.of(reader.getAttributeValue(i));
        }
      }
      return Optional.empty();
    }
  }

  private static final XMLInputFactory FACTORY = factory();

  private BoundedXml() {}

  private static XMLInputFactory factory() {
    XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    factory.setProperty(XMLInputFactory.IS_REPLACING_ENTITY_REFERENCES, false);
    factory.setProperty(XMLInputFactory.IS_COALESCING, false);
    factory.setProperty("jdk.xml.maxElementDepth", "0");
    return factory;
  }

  /** Reads everything; refuses by the budget, and what is not well-formed as damaged. */
  public static void read(InputStream bytes, Budget budget, Listener listener) throws IOException {
    try {
      XMLStreamReader reader;
      synchronized (FACTORY) {
        reader = FACTORY.createXMLStreamReader(bytes);
      }
      events(reader, budget, listener);
      reader.close();
    } catch (XMLStreamException broken) {
      budget.verify();
      if (broken.getNestedException() instanceof IOException failure) {
        throw failure;
      }
      throw budget.refuse(Reason.FORMAT_DAMAGED, "XML: " + firstLine(broken));
    }
  }

  private static void events(XMLStreamReader reader, Budget budget, Listener listener)
      throws XMLStreamException {
    int depth = 0;
    boolean namedType = false;
    while (reader.hasNext()) {
      switch (reader.next()) {
        case XMLStreamConstants.START_ELEMENT -> {
          depth++;
          budget.depth(depth);
          listener.start(new Element(reader, depth));
        }
        case XMLStreamConstants.END_ELEMENT -> {
          depth--;
          listener.end(reader.getLocalName());
        }
        case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA, XMLStreamConstants.SPACE ->
            listener.accept(
                reader.getTextCharacters(), reader.getTextStart(), reader.getTextLength());
        case XMLStreamConstants.DTD -> {
          DoctypeRule.check(reader.getText(), budget);
          namedType = true;
        }
        case XMLStreamConstants.ENTITY_REFERENCE -> {
          if (!namedType) {
            throw budget.refuse(
                Reason.FORMAT_DAMAGED,
                "XML: the entity " + reader.getLocalName() + " is not declared");
          }
          listener.accept(Character.toString(HtmlEntities.character(reader.getLocalName())));
        }
        default -> {}
      }
    }
  }

  private static String firstLine(XMLStreamException broken) {
    String text = String.valueOf(broken.getMessage());
    int message = text.indexOf("Message: ");
    return (message < 0 ? text : text.substring(message + 9)).lines().findFirst().orElse("broken");
  }
}
