// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.description;

import org.portunus.abi.wire.MalformedFrameException;
import org.portunus.system.xpc.description.Description.Choice;
import org.portunus.system.xpc.description.Description.Component;
import org.portunus.system.xpc.description.Description.Definition;
import org.portunus.system.xpc.description.Description.Enumeration;
import org.portunus.system.xpc.description.Description.Interface;
import org.portunus.system.xpc.description.Description.Method;
import org.portunus.system.xpc.description.Description.Structure;

/** That what a description names is there, and of the kind that may stand where it is named. */
final class DescriptionCheck {
  private final Description description;

  DescriptionCheck(Description description) {
    this.description = description;
  }

  void run() throws MalformedFrameException {
    if (!(description.definitions().getFirst() instanceof Interface)) {
      throw new MalformedFrameException("the description's first type is no interface");
    }
    for (Definition definition : description.definitions()) {
      switch (definition) {
        case Interface service -> {
          for (Method method : service.methods()) {
            check(method);
          }
        }
        case Structure structure -> {
          for (Component component : structure.components()) {
            check(component.type());
          }
        }
        case Choice choice -> {
          for (Type.Named option : choice.cases()) {
            check(option);
            requireValue(option);
          }
        }
        case Enumeration _ -> {}
      }
    }
  }

  private void check(Method method) throws MalformedFrameException {
    for (Component parameter : method.parameters()) {
      check(parameter.type());
    }
    if (method.result().isPresent()) {
      check(method.result().get());
    }
    for (Type.Named exception : method.exceptions()) {
      check(exception);
      if (!(description.at(exception) instanceof Structure)) {
        throw new MalformedFrameException("the description has an exception that is no record");
      }
    }
  }

  private void requireValue(Type.Named option) throws MalformedFrameException {
    Definition found = description.at(option);
    if (!(found instanceof Structure) && !(found instanceof Enumeration)) {
      throw new MalformedFrameException("the description has a case that is no record or enum");
    }
  }

  private void check(Type type) throws MalformedFrameException {
    switch (type) {
      case Type.Scalar _ -> {}
      case Type.ListOf list -> check(list.element());
      case Type.OptionalOf optional -> check(optional.element());
      case Type.MapOf map -> {
        check(map.key());
        check(map.value());
      }
      case Type.Named named -> {
        if (named.place() >= description.definitions().size()) {
          throw new MalformedFrameException("the description lacks type #" + named.place());
        }
      }
    }
  }
}
