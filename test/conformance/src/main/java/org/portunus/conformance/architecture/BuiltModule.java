// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.architecture;

import java.io.IOException;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/**
 * One module as it was built.
 *
 * @param folder relative to the project's root
 * @param descriptor of its compiled module-info
 * @param jars artifact names of the third-party jars that its pom brings to run time
 */
public record BuiltModule(String folder, ModuleDescriptor descriptor, Set<String> jars) {
  private static final Set<String> NOT_AT_RUN_TIME = Set.of("test", "provided");

  /** Reads pom and classes of the module; empty when it was not compiled to a named module. */
  public static Optional<BuiltModule> read(Path root, String folder) throws IOException {
    Path classes = root.resolve(folder).resolve("target/classes");
    if (!Files.exists(classes.resolve("module-info.class"))) {
      return Optional.empty();
    }
    ModuleReference reference = ModuleFinder.of(classes).findAll().iterator().next();
    Element pom = parse(root.resolve(folder).resolve("pom.xml"));
    return Optional.of(new BuiltModule(folder, reference.descriptor(), jars(pom)));
  }

  /** Folders of the reactor's modules that have classes. */
  public static Set<String> folders(Path root) throws IOException {
    Set<String> folders = new TreeSet<>();
    NodeList modules = parse(root.resolve("pom.xml")).getElementsByTagName("module");
    for (int index = 0; index < modules.getLength(); index++) {
      String folder = modules.item(index).getTextContent().strip();
      if (!text(parse(root.resolve(folder).resolve("pom.xml")), "packaging").equals("pom")) {
        folders.add(folder);
      }
    }
    return folders;
  }

  static Set<String> jars(Element pom) {
    Set<String> jars = new TreeSet<>();
    NodeList dependencies = pom.getElementsByTagName("dependency");
    for (int index = 0; index < dependencies.getLength(); index++) {
      Element dependency = (Element) dependencies.item(index);
      boolean isOurs = text(dependency, "groupId").equals("org.portunus");
      if (!isOurs && !NOT_AT_RUN_TIME.contains(text(dependency, "scope"))) {
        jars.add(text(dependency, "artifactId"));
      }
    }
    return jars;
  }

  private static String text(Element parent, String name) {
    NodeList found = parent.getElementsByTagName(name);
    Node first = found.item(0);
    return found.getLength() == 0 ? "" : first.getTextContent().strip();
  }

  private static Element parse(Path file) throws IOException {
    try {
      return DocumentBuilderFactory.newDefaultInstance()
          .newDocumentBuilder()
          .parse(file.toFile())
          .getDocumentElement();
    } catch (ParserConfigurationException | SAXException failure) {
      throw new IOException("not a pom: " + file, failure);
    }
  }
}
