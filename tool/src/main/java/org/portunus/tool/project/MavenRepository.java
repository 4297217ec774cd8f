// SPDX-License-Identifier: Apache-2.0
package org.portunus.tool.project;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;

/**
 * The local repository that a Maven run here would use. From strong to weak, as Maven 3.9 has it:
 * {@code -Dmaven.repo.local} in {@code MAVEN_ARGS}, {@code .mvn/maven.config}, {@code MAVEN_OPTS}
 * or {@code .mvn/jvm.config}, then {@code localRepository} in the user's settings and in those of
 * the Maven installation, then {@code ~/.m2/repository}.
 *
 * @param source what names it, for people
 */
public record MavenRepository(Path path, String source) {
  private static final Pattern PROPERTY =
      Pattern.compile("(?:^|\\s)[\"']?-Dmaven\\.repo\\.local=(\"[^\"]*\"|'[^']*'|[^\\s\"']+)");
  private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{(env\\.)?([^}]+)}");
  private static final String SETTINGS = "settings.xml";

  /** Where Maven looks. */
  public record Surroundings(Path home, Path folder, Map<String, String> environment) {
    public Surroundings {
      environment = Map.copyOf(environment);
    }

    /** Those of this process. */
    public static Surroundings current() {
      return new Surroundings(
          Path.of(System.getProperty("user.home")), Path.of("").toAbsolutePath(), System.getenv());
    }

    private Optional<Path> project(String file) {
      for (Path at = folder; at != null; at = at.getParent()) {
        if (Files.isDirectory(at.resolve(".mvn"))) {
          return Optional.of(at.resolve(".mvn").resolve(file)).filter(Files::isRegularFile);
        }
      }
      return Optional.empty();
    }

    private List<Path> settings() throws IOException {
      Optional<Path> own =
          Optional.of(home.resolve(".m2").resolve(SETTINGS)).filter(Files::isRegularFile);
      return Stream.of(own, installed()).flatMap(Optional::stream).toList();
    }

    /** The settings of the installation: {@code MAVEN_HOME}, or where {@code mvn} leads to. */
    private Optional<Path> installed() throws IOException {
      String named = environment.getOrDefault("MAVEN_HOME", "");
      if (!named.isEmpty()) {
        return Optional.of(Path.of(named, "conf", SETTINGS)).filter(Files::isRegularFile);
      }
      for (String folder : environment.getOrDefault("PATH", "").split(":")) {
        Path program = Path.of(folder.isEmpty() ? "." : folder, "mvn");
        if (Files.isExecutable(program)) {
          Path real = program.toRealPath();
          return Optional.of(real.resolve("../../conf").resolve(SETTINGS).normalize())
              .filter(Files::isRegularFile);
        }
      }
      return Optional.empty();
    }
  }

  /** What names the repository, the strongest first. */
  public static MavenRepository of(Surroundings here) throws IOException {
    Optional<MavenRepository> found = inVariable(here, "MAVEN_ARGS");
    found = found.isPresent() ? found : inFile(here, "maven.config");
    found = found.isPresent() ? found : inVariable(here, "MAVEN_OPTS");
    found = found.isPresent() ? found : inFile(here, "jvm.config");
    if (found.isPresent()) {
      return found.get();
    }
    for (Path settings : here.settings()) {
      Optional<String> named = localRepository(settings);
      if (named.isPresent()) {
        return new MavenRepository(absolute(filled(named.get(), here), here), settings.toString());
      }
    }
    return new MavenRepository(here.home().resolve(".m2").resolve("repository"), "Maven's default");
  }

  private static Optional<MavenRepository> inVariable(Surroundings here, String name) {
    return property(here.environment().getOrDefault(name, ""))
        .map(value -> new MavenRepository(absolute(value, here), name));
  }

  private static Optional<MavenRepository> inFile(Surroundings here, String name)
      throws IOException {
    Optional<Path> file = here.project(name);
    if (file.isEmpty()) {
      return Optional.empty();
    }
    return property(Files.readString(file.get()))
        .map(value -> new MavenRepository(absolute(value, here), file.get().toString()));
  }

  /** The last one counts. */
  private static Optional<String> property(String arguments) {
    return PROPERTY
        .matcher(arguments)
        .results()
        .map(match -> match.group(1).replaceAll("^[\"']|[\"']$", ""))
        .reduce((_, last) -> last);
  }

  private static Path absolute(String path, Surroundings here) {
    return here.folder().resolve(path).normalize();
  }

  private static String filled(String text, Surroundings here) {
    return PLACEHOLDER
        .matcher(text)
        .replaceAll(match -> Matcher.quoteReplacement(value(match, here)));
  }

  private static String value(MatchResult match, Surroundings here) {
    String name = match.group(2);
    if (match.group(1) != null) {
      return here.environment().getOrDefault(name, match.group());
    }
    return name.equals("user.home")
        ? here.home().toString()
        : System.getProperty(name, match.group());
  }

  private static Optional<String> localRepository(Path settings) throws IOException {
    XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    try (InputStream in = Files.newInputStream(settings)) {
      XMLStreamReader reader = factory.createXMLStreamReader(in);
      int depth = 0;
      while (reader.hasNext()) {
        int event = reader.next();
        if (event == XMLStreamConstants.START_ELEMENT) {
          depth++;
          if (depth == 2 && reader.getLocalName().equals("localRepository")) {
            String text = reader.getElementText().strip();
            return text.isEmpty() ? Optional.empty() : Optional.of(text);
          }
        } else if (event == XMLStreamConstants.END_ELEMENT) {
          depth--;
        }
      }
      return Optional.empty();
    } catch (XMLStreamException unreadable) {
      throw new PortunusException(
          ErrorCode.USAGE,
          "%s is no XML that Maven can read (or name the repository by --repository): %s"
              .formatted(settings, unreadable.getMessage()),
          unreadable);
    }
  }
}
