// SPDX-License-Identifier: Apache-2.0
package org.portunus.tool.project;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;

/**
 * A stand-alone Maven project with one service.
 *
 * @param name of the interface
 * @param packageName of all its classes
 * @param version of the artifacts that it builds with
 */
public record NewProject(String name, String packageName, String version) {
  private static final Pattern NAME = Pattern.compile("[A-Z][A-Za-z0-9]{0,40}");
  private static final Pattern PACKAGE = Pattern.compile("[a-z][a-z0-9]*(\\.[a-z][a-z0-9]*){0,7}");

  private static final Set<String> KEYWORDS =
      Set.of(
          ("abstract assert boolean break byte case catch char class const continue default do"
                  + " double else enum extends false final finally float for goto if implements import"
                  + " instanceof int interface long native new null package private protected public"
                  + " return short static strictfp super switch synchronized this throw throws"
                  + " transient true try void volatile while")
              .split(" ", -1));

  /** Its files and the templates that they are made from, by path. */
  private static final Map<String, String> FILES =
      Map.of(
          "pom.xml", "pom.xml",
          ".gitignore", "gitignore",
          "src/main/java/@path@/@name@.java", "Service.java",
          "src/main/java/@path@/@name@Service.java", "Implementation.java",
          "src/main/java/@path@/@name@Client.java", "Client.java",
          "src/test/java/@path@/@name@Test.java", "Test.java");

  public NewProject {
    if (!NAME.matcher(name).matches()) {
      throw wrong("the name " + name + " is no class name like Greeter: --name NAME");
    }
    if (!PACKAGE.matcher(packageName).matches()) {
      throw wrong("the package " + packageName + " is no name like com.example: --package NAME");
    }
    for (String word : packageName.split("\\.", -1)) {
      if (KEYWORDS.contains(word)) {
        throw wrong("the package " + packageName + " has the word " + word + " of the language");
      }
    }
    if ((packageName + ".").startsWith("org.portunus.")
        || (packageName + ".").startsWith("java.")) {
      throw wrong("packages of services can't be below org.portunus or java");
    }
  }

  /** The one for a folder: greeter becomes Greeter in example.greeter when nothing else is said. */
  public static NewProject in(
      Path folder, Optional<String> name, Optional<String> packageName, String version) {
    Path last = folder.toAbsolutePath().normalize().getFileName();
    StringBuilder camel = new StringBuilder();
    for (String word : String.valueOf(last).split("[^A-Za-z0-9]+", -1)) {
      if (!word.isEmpty()) {
        camel.append(word.substring(0, 1).toUpperCase(Locale.ROOT)).append(word.substring(1));
      }
    }
    String given = name.orElse(camel.toString());
    return new NewProject(
        given, packageName.orElse("example." + given.toLowerCase(Locale.ROOT)), version);
  }

  /** The files by path, as they are written. */
  public Map<String, String> files() {
    Map<String, String> files = new LinkedHashMap<>();
    FILES.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(file -> files.put(filled(file.getKey()), filled(template(file.getValue()))));
    return files;
  }

  /** Writes the project. */
  public void write(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (Stream<Path> there = Files.list(folder)) {
        if (there.findAny().isPresent()) {
          throw wrong(folder + " is not empty: name a new folder");
        }
      }
    }
    for (Map.Entry<String, String> file : files().entrySet()) {
      Path path = folder.resolve(file.getKey());
      Files.createDirectories(path.getParent());
      Files.writeString(path, file.getValue());
    }
  }

  private String filled(String template) {
    return template
        .replace("@name@", name)
        .replace("@artifact@", name.toLowerCase(Locale.ROOT))
        .replace("@package@", packageName)
        .replace("@path@", packageName.replace('.', '/'))
        .replace("@service@", service())
        .replace("@version@", version);
  }

  /** The name that clients look up: the package, and the name where that does not end with it. */
  private String service() {
    String last = "." + name.toLowerCase(Locale.ROOT);
    return ("." + packageName).endsWith(last) ? packageName : packageName + last;
  }

  private static String template(String name) {
    try (InputStream in = NewProject.class.getResourceAsStream(name + ".template")) {
      return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private static PortunusException wrong(String why) {
    return new PortunusException(ErrorCode.USAGE, why);
  }
}
