// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.description;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.portunus.abi.wire.MalformedFrameException;
import org.portunus.system.xpc.description.Description.Choice;
import org.portunus.system.xpc.description.Description.Component;
import org.portunus.system.xpc.description.Description.Definition;
import org.portunus.system.xpc.description.Description.Ending;
import org.portunus.system.xpc.description.Description.Enumeration;
import org.portunus.system.xpc.description.Description.Interface;
import org.portunus.system.xpc.description.Description.Method;
import org.portunus.system.xpc.description.Description.Presence;
import org.portunus.system.xpc.description.Description.Structure;

/** Reads one description, line by line; no line is read twice, and nothing nests but types. */
final class DescriptionReader {
  private static final int MAX_NAME = 256;
  private static final int MAX_ID = 65535;

  private final String[] lines;
  private final List<Definition> definitions = new ArrayList<>();
  private int next;
  private LineScanner line = new LineScanner("", 0);

  DescriptionReader(String text) {
    this.lines = text.split("\n", -1);
  }

  Description read() throws MalformedFrameException {
    if (lines.length < 3
        || !lines[0].equals(Description.HEAD)
        || !lines[lines.length - 1].isEmpty()) {
      throw new MalformedFrameException("not a " + Description.HEAD);
    }
    next = 1;
    while (next < lines.length - 1) {
      if (definitions.size() == Description.MAX_DEFINITIONS) {
        throw new MalformedFrameException(
            "description of more than " + Description.MAX_DEFINITIONS + " types");
      }
      definitions.add(definition());
    }
    Description description = new Description(List.copyOf(definitions));
    new DescriptionCheck(description).run();
    return description;
  }

  private Definition definition() throws MalformedFrameException {
    line = new LineScanner(lines[next], next + 1);
    next++;
    String kind = line.word();
    line.expect(' ');
    return switch (kind) {
      case "interface" -> service();
      case "record" -> structure(name());
      case "enum" -> enumeration(name());
      case "sealed" -> choice(name());
      default -> throw line.wrong("unknown kind of type");
    };
  }

  private String name() throws MalformedFrameException {
    String name = identifier();
    line.end();
    return name;
  }

  private String identifier() throws MalformedFrameException {
    String name = line.word();
    boolean fits = !name.isEmpty() && name.length() <= MAX_NAME;
    if (!fits
        || !Character.isJavaIdentifierStart(name.codePointAt(0))
        || !name.codePoints()
            .allMatch(
                c -> Character.isJavaIdentifierPart(c) && !Character.isIdentifierIgnorable(c))) {
      throw line.wrong("not a name");
    }
    return name;
  }

  /** Whether another line of the definition follows; it is begun. */
  private boolean member() throws MalformedFrameException {
    if (next == lines.length - 1 || !lines[next].startsWith(" ")) {
      return false;
    }
    line = new LineScanner(lines[next], next + 1);
    next++;
    line.expect(' ');
    return true;
  }

  private Definition service() throws MalformedFrameException {
    String service = line.word();
    if (!service.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,127}")) {
      throw line.wrong("not the name of a service");
    }
    line.expect(' ');
    String name = name();
    List<Method> methods = new ArrayList<>();
    int last = 0;
    while (member()) {
      Method method = method();
      if (method.id() <= last) {
        throw line.wrong("methods stand by rising number");
      }
      last = method.id();
      methods.add(method);
    }
    return new Interface(name, service, List.copyOf(methods));
  }

  private Method method() throws MalformedFrameException {
    int id = line.number(MAX_ID);
    line.expect(' ');
    String name = identifier();
    List<Component> parameters = parameters();
    line.expect(' ');
    if (line.accept("oneway")) {
      line.end();
      return new Method(id, name, parameters, Optional.empty(), List.of(), Ending.ONE_WAY);
    }
    if (!line.accept("-> ")) {
      throw line.wrong("a result is missing");
    }
    Optional<Type> result = line.accept("void") ? Optional.empty() : Optional.of(line.type());
    List<Type.Named> exceptions = new ArrayList<>();
    if (line.accept(" throws ")) {
      do {
        exceptions.add(line.named());
      } while (line.accept(","));
    }
    Ending ending = line.accept(" idempotent") ? Ending.IDEMPOTENT : Ending.REPLY;
    line.end();
    return new Method(id, name, parameters, result, List.copyOf(exceptions), ending);
  }

  private List<Component> parameters() throws MalformedFrameException {
    List<Component> parameters = new ArrayList<>();
    line.expect('(');
    if (line.accept(")")) {
      return List.of();
    }
    do {
      String name = identifier();
      line.expect(':');
      parameters.add(new Component(name, line.type(), Presence.ALWAYS));
    } while (line.accept(","));
    line.expect(')');
    return List.copyOf(parameters);
  }

  private Definition structure(String name) throws MalformedFrameException {
    List<Component> components = new ArrayList<>();
    Set<String> names = new HashSet<>();
    while (member()) {
      String component = identifier();
      Presence presence = line.accept("?") ? Presence.IF_SENT : Presence.ALWAYS;
      line.expect(':');
      Type type = line.type();
      line.end();
      if (!names.add(component)) {
        throw line.wrong("a second component of this name");
      }
      components.add(new Component(component, type, presence));
    }
    return new Structure(name, List.copyOf(components));
  }

  private Definition enumeration(String name) throws MalformedFrameException {
    List<String> constants = new ArrayList<>();
    Set<String> names = new HashSet<>();
    while (member()) {
      String constant = name();
      if (!names.add(constant)) {
        throw line.wrong("a second constant of this name");
      }
      constants.add(constant);
    }
    return new Enumeration(name, List.copyOf(constants));
  }

  private Definition choice(String name) throws MalformedFrameException {
    List<Type.Named> cases = new ArrayList<>();
    while (member()) {
      cases.add(line.named());
      line.end();
    }
    return new Choice(name, List.copyOf(cases));
  }
}
