// SPDX-License-Identifier: Apache-2.0

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

/**
 * Prints what is in a distribution as CycloneDX 1.6: {@code Sbom.java DIST JDK REPOSITORY VERSION
 * EPOCH}. Each jar is identified by the file of the local Maven repository that has the same bytes;
 * its licences are those of its Maven model, or of that model's parents. A jar that the repository
 * does not have, and that is not of this project, is an error.
 */
final class Sbom {
  private static final int PARENTS = 8;

  private record Component(
      String group, String name, String version, String hash, List<String> licences) {}

  public static void main(String[] arguments) throws Exception {
    Path dist = Path.of(arguments[0]);
    Path repository = Path.of(arguments[2]);
    String version = arguments[3];
    Map<String, Component> components = new TreeMap<>();
    List<Path> jars;
    try (Stream<Path> all = Files.walk(dist)) {
      jars = all.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
    }
    Map<String, List<Path>> known = known(repository);
    for (Path jar : jars) {
      Component component = identify(jar, known, repository, version);
      components.put(
          component.group() + ":" + component.name() + ":" + component.hash(), component);
    }
    print(new ArrayList<>(components.values()), jdk(Path.of(arguments[1])), version, arguments[4]);
  }

  private static Map<String, List<Path>> known(Path repository) throws IOException {
    Map<String, List<Path>> known = new TreeMap<>();
    try (Stream<Path> all = Files.walk(repository)) {
      all.filter(file -> file.toString().endsWith(".jar"))
          .sorted()
          .forEach(file ->
              known
                  .computeIfAbsent(file.getFileName().toString(), _ -> new ArrayList<>())
                  .add(file));
    }
    return known;
  }

  private static Component identify(
      Path jar, Map<String, List<Path>> known, Path repository, String version) throws Exception {
    String file = jar.getFileName().toString();
    String hash = hash(jar);
    String own = file.replace("-" + version, "").replace(".jar", "");
    if (file.contains("-" + version) || isOwn(jar, own)) {
      return new Component("org.portunus", own, version, hash, List.of("Apache-2.0"));
    }
    for (Path candidate : known.getOrDefault(file, List.of())) {
      if (hash(candidate).equals(hash)) {
        Path folder = candidate.getParent();
        Path artifact = folder.getParent();
        String group = repository.relativize(artifact.getParent()).toString().replace('/', '.');
        String release = folder.getFileName().toString();
        Path pom = folder.resolve(artifact.getFileName() + "-" + release + ".pom");
        return new Component(
            group, artifact.getFileName().toString(), release, hash, licences(repository, pom, 0));
      }
    }
    throw new IOException(jar + " is neither of this project nor in " + repository);
  }

  /** Whether a jar without a version in its name is of this project. */
  private static boolean isOwn(Path jar, String artifact) throws IOException {
    try (JarFile opened = new JarFile(jar.toFile())) {
      return opened.getEntry("META-INF/maven/org.portunus/" + artifact + "/pom.xml") != null;
    }
  }

  private static List<String> licences(Path repository, Path pom, int depth) throws Exception {
    if (!Files.isRegularFile(pom) || depth > PARENTS) {
      return List.of();
    }
    DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
    factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
    Element project = factory.newDocumentBuilder().parse(pom.toFile()).getDocumentElement();
    List<String> names = new ArrayList<>();
    for (Element licences : children(project, "licenses")) {
      for (Element licence : children(licences, "license")) {
        children(licence, "name").forEach(name -> names.add(name.getTextContent().strip()));
      }
    }
    if (names.isEmpty()) {
      for (Element parent : children(project, "parent")) {
        String artifact = text(parent, "artifactId");
        String release = text(parent, "version");
        Path above =
            repository.resolve(
                "%s/%s/%s/%s-%s.pom"
                    .formatted(
                        text(parent, "groupId").replace('.', '/'),
                        artifact,
                        release,
                        artifact,
                        release));
        return licences(repository, above, depth + 1);
      }
    }
    return names;
  }

  private static List<Element> children(Element parent, String name) {
    List<Element> found = new ArrayList<>();
    for (Node node = parent.getFirstChild(); node != null; node = node.getNextSibling()) {
      if (node instanceof Element element && element.getTagName().equals(name)) {
        found.add(element);
      }
    }
    return found;
  }

  private static String text(Element parent, String name) {
    return children(parent, name).stream()
        .findFirst()
        .map(element -> element.getTextContent().strip())
        .orElse("");
  }

  private static Component jdk(Path jdk) throws IOException {
    String version = "";
    String vendor = "";
    for (String line : Files.readAllLines(jdk.resolve("release"))) {
      String value = line.substring(line.indexOf('=') + 1).replace("\"", "");
      if (line.startsWith("JAVA_RUNTIME_VERSION=")) {
        version = value;
      } else if (line.startsWith("IMPLEMENTOR=")) {
        vendor = value;
      }
    }
    return new Component(
        vendor, "openjdk", version, "", List.of("GPL-2.0 WITH Classpath-exception-2.0"));
  }

  private static String hash(Path file) throws Exception {
    return HexFormat.of()
        .formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
  }

  private static void print(List<Component> jars, Component jdk, String version, String epoch) {
    StringBuilder out = new StringBuilder();
    out.append(
        "{\n  \"bomFormat\": \"CycloneDX\",\n  \"specVersion\": \"1.6\",\n  \"version\": 1,\n");
    out.append("  \"metadata\": {\n    \"timestamp\": ")
        .append(quote(Instant.ofEpochSecond(Long.parseLong(epoch)).toString()));
    out.append(
            ",\n"
                + "    \"component\": {\"type\": \"application\", \"name\": \"portunus\","
                + " \"version\": ")
        .append(quote(version))
        .append("}\n  },\n  \"components\": [");
    String comma = "\n";
    for (Component each : jars) {
      out.append(comma).append(json(each, "library"));
      comma = ",\n";
    }
    out.append(comma).append(json(jdk, "platform")).append("\n  ]\n}\n");
    System.out.write(
        out.toString().getBytes(StandardCharsets.UTF_8),
        0,
        out.toString().getBytes(StandardCharsets.UTF_8).length);
    System.out.flush();
  }

  private static String json(Component each, String type) {
    StringBuilder out = new StringBuilder("    {\"type\": " + quote(type));
    out.append(", \"group\": ").append(quote(each.group()));
    out.append(", \"name\": ").append(quote(each.name()));
    out.append(", \"version\": ").append(quote(each.version()));
    if (!each.hash().isEmpty()) {
      out.append(", \"purl\": ")
          .append(
              quote(
                  "pkg:maven/%s/%s@%s?type=jar"
                      .formatted(each.group(), each.name(), each.version())));
      out.append(", \"hashes\": [{\"alg\": \"SHA-256\", \"content\": ")
          .append(quote(each.hash()))
          .append("}]");
    }
    out.append(", \"licenses\": [");
    String comma = "";
    for (String licence : each.licences()) {
      out.append(comma).append("{\"license\": {\"name\": ").append(quote(licence)).append("}}");
      comma = ", ";
    }
    return out.append("]}").toString();
  }

  private static String quote(String text) {
    StringBuilder out = new StringBuilder("\"");
    for (char c : text.toCharArray()) {
      if (c < ' ' || c == '"' || c == '\\' || c > '~') {
        out.append("\\u%04x".formatted((int) c));
      } else {
        out.append(c);
      }
    }
    return out.append('"').toString();
  }
}
