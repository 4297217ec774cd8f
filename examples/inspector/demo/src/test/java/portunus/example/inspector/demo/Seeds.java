// SPDX-License-Identifier: Apache-2.0
package portunus.example.inspector.demo;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The bugs of {@link SeededBuildTest}, by what they leave out. */
final class Seeds {
  private static final Path SERVICE =
      Path.of("..", "service", "src/main/java/portunus/example/inspector/service");
  private static final Path DEMO = Path.of("src/main/java/portunus/example/inspector/demo");
  private static final String NEVER = "Boolean.parseBoolean(\"\")";
  private static final String PDF_OPENED =
      """
            COSDictionary root =
      """;
  private static final String PARSER_METHOD = "  private COSBase reference(COSArray array)";

  static final List<Seed> ALL =
      Stream.of(entities(), ends(), cycles(), archives(), lengths(), acts(), names())
          .flatMap(List::stream)
          .toList();

  private Seeds() {}

  private static Seed service(
      String document, String what, String file, String check, String bug, String found) {
    return new Seed(document, what, SERVICE.resolve(file), check, bug, found);
  }

  private static List<Seed> entities() {
    return Stream.of(
            "billion-laughs.xml", "external-entity.xml", "external-dtd.xhtml", "entity.docx")
        .map(document ->
            service(
                document,
                "every DOCTYPE passes",
                "markup/DoctypeRule.java",
                "!MERE_NAME.matcher(declaration).matches()",
                NEVER,
                "ended with ok"))
        .toList();
  }

  private static List<Seed> ends() {
    String padding =
        """
              return 0;
            }
            if (!fill()) {
        """;
    return List.of(
        service(
            "truncated.pdf",
            "what lies behind the end is read as zeros",
            "pdf/PdfSource.java",
            """
              public int read() throws IOException {
                if (!fill()) {
                  return -1;
            """,
            """
              public int read() throws IOException {
                if (!fill()) {
                  return 0;
            """,
            "ended with error:limit.time"),
        service(
            "truncated.jpg",
            "what lies behind the end is read as zeros",
            "image/ImageContentStream.java",
            padding + "      return -1;\n",
            padding
                + """
                      java.util.Arrays.fill(into, offset, offset + length, (byte) 0);
                      streamPos += length;
                      return length;
                """,
            "ended with error:limit.time"),
        service(
            "truncated.png",
            "an image that can't be read is one without preview",
            "image/ImageReading.java",
            "throw budget.refuse(Reason.FORMAT_DAMAGED, format + \": \" + broken.getMessage());",
            "return Findings.of(\"image/\" + format);",
            "ended with ok"),
        service(
            "truncated.docx",
            "an archive without a directory is an empty one",
            "archive/ZipDirectory.java",
            "throw damaged(budget, \"the archive's directory is missing\")",
            "return new Place(0, 0, 0)",
            "ended with ok"));
  }

  private static List<Seed> cycles() {
    return List.of(
        service(
            "cyclic-pages.pdf",
            "nodes that were visited are forgotten",
            "pdf/PageTree.java",
            "!visited.add(node)",
            NEVER,
            "ended with error:limit.memory"),
        service(
            "cyclic-outline.pdf",
            "counts the entries of the outline",
            "pdf/PdfReader.java",
            PDF_OPENED,
            """
                  int entries =
                      new Object() {
                        int from(COSDictionary item) {
                          return item == null
                              ? 0
                              : 1
                                  + from(item.getCOSDictionary(COSName.FIRST))
                                  + from(item.getCOSDictionary(COSName.NEXT));
                        }
                      }.from(
                          document
                              .getDocumentCatalog()
                              .getCOSObject()
                              .getCOSDictionary(COSName.OUTLINES));
                  progress.reached(Stage.PAGES, entries, 0);
            """
                + PDF_OPENED,
            "ended with error:limit.depth"),
        service(
            "cyclic-length.pdf",
            "looks for the length before it takes note of the stream",
            "pdf/BoundedParser.java",
            PARSER_METHOD,
            """
              @Override
              protected COSStream parseCOSStream(COSDictionary dictionary) throws IOException {
                if (dictionary.getItem(LENGTH) instanceof COSObject reference) {
                  dictionary.setItem(LENGTH, parseObjectDynamically(reference.getKey(), false));
                }
                return super.parseCOSStream(dictionary);
              }

            """
                    .replace("LENGTH", "org.apache.pdfbox.cos.COSName.LENGTH")
                + PARSER_METHOD,
            "ended with error:limit.depth"),
        service(
            "cyclic-xref.pdf",
            "counts the revisions of a document",
            "pdf/PdfReader.java",
            PDF_OPENED,
            """
                  String text =
                      new String(
                          content.head(1 << 20), java.nio.charset.StandardCharsets.ISO_8859_1);
                  int revisions =
                      new Object() {
                        int since(int table) {
                          int at = text.indexOf("/Prev ", table) + 6;
                          return at < 6
                              ? 1
                              : 1
                                  + since(
                                      Integer.parseInt(text.substring(at, text.indexOf(' ', at))));
                        }
                      }.since(text.lastIndexOf("\\nxref"));
                  progress.reached(Stage.PAGES, revisions, 0);
            """
                + PDF_OPENED,
            "ended with error:limit.depth"));
  }

  private static List<Seed> archives() {
    String reading = "return PackedText.words(bytes);";
    String counting = "words += words(zip, entry);";
    return List.of(
        service(
            "nested-bomb.zip",
            "inner archives are opened, each with a budget of its own",
            "archive/ZipReader.java",
            reading,
            """
                  if (!entry.name().endsWith(".zip")) {
                    return PackedText.words(bytes);
                  }
                  Options options = Options.standard();
                  return archive(
                          ZipDirectory.read(
                              portunus.example.inspector.service.content.MemoryContent.of(bytes),
                              new Budget(options.limits())),
                          options,
                          new Progress((stage, done, total) -> {}, System::nanoTime))
                      .report()
                      .words();
            """,
            "ended with error:limit.time"),
        service(
            "traversal.zip",
            "entries are unpacked to be looked at",
            "archive/ZipReader.java",
            counting,
            """
                  java.nio.file.Path unpacked =
                      java.nio.file.Path.of("./" + entry.name()).toAbsolutePath().normalize();
                  java.nio.file.Files.createDirectories(unpacked.getParent());
                  try (InputStream bytes = zip.open(entry)) {
                    java.nio.file.Files.copy(
                        bytes, unpacked, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
                  }
            """
                + counting,
            "seen: file:outside.txt"));
  }

  private static List<Seed> lengths() {
    return List.of(
        service(
            "lying-length.pdf",
            "takes as much memory as a stream claims to need",
            "pdf/BoundedParser.java",
            PARSER_METHOD,
            """
              @Override
              protected COSStream parseCOSStream(COSDictionary dictionary) throws IOException {
                byte[] whole = new byte[dictionary.getInt(org.apache.pdfbox.cos.COSName.LENGTH)];
                source.read(whole, 0, 0);
                return super.parseCOSStream(dictionary);
              }

            """
                + PARSER_METHOD,
            "ended with error:limit.memory"),
        service(
            "ztxt-bomb.png",
            "reads the comment of an image",
            "image/ImageReading.java",
            "reader.setInput(input, true, true);",
            """
                  reader.setInput(input, true, true);
                  byte[] all = content.head(1 << 20);
                  String chunks = new String(all, java.nio.charset.StandardCharsets.ISO_8859_1);
                  int text = chunks.indexOf("zTXtComment");
                  if (text >= 0) {
                    new java.util.zip.InflaterInputStream(
                            new java.io.ByteArrayInputStream(all, text + 13, all.length))
                        .readAllBytes();
                  }
            """,
            "ended with error:limit.memory"),
        service(
            "elf.docx",
            "all bytes are text",
            "text/TextKind.java",
            "!utf16 && hasControls(head)",
            NEVER,
            "ended with ok"),
        service(
            "empty.pdf",
            "there is always a first byte to tell the type from",
            "DocumentKind.java",
            "head.length < magic.length()",
            NEVER,
            "ended with error:xpc.fault"));
  }

  private static List<Seed> acts() {
    String kind = "DocumentKind kind = DocumentKind.of(head);\n    progress";
    return List.of(
        service(
            "external-reference.svg",
            "XInclude is followed",
            "markup/BoundedXml.java",
            "listener.start(new Element(reader, depth));",
            """
                      listener.start(new Element(reader, depth));
                      Element element = new Element(reader, depth);
                      if (element.name().equals("include")) {
                        try {
                          listener.accept(
                              java.nio.file.Files.readString(
                                  java.nio.file.Path.of(
                                      java.net.URI.create(element.attribute("href").orElseThrow()))));
                        } catch (IOException missing) {
                          throw new XMLStreamException(missing);
                        }
                      }
            """,
            "not words=2"),
        service(
            "launch.pdf",
            "the open action is carried out",
            "pdf/PdfReader.java",
            PDF_OPENED,
            """
                  if (document.getDocumentCatalog().getOpenAction()
                      instanceof
                      org.apache.pdfbox.pdmodel.interactive.action.PDActionLaunch launch) {
                    var program = launch.getWinLaunchParams();
                    new ProcessBuilder(program.getFilename(), program.getExecuteParam())
                        .start()
                        .onExit()
                        .join();
                  }
            """
                + PDF_OPENED,
            "seen: file:launched"),
        plugin("polyglot.pdf", kind),
        plugin("polyglot.png", kind));
  }

  private static Seed plugin(String document, String before) {
    return service(
        document,
        "a document that is a jar is taken for a plug-in",
        "DocumentReader.java",
        before,
        """
              java.nio.file.Path jar = java.nio.file.Files.createTempFile("plug-in", ".jar");
              try (InputStream bytes = content.stream()) {
                java.nio.file.Files.copy(
                    bytes, jar, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
              }
              try (java.util.jar.JarFile opened = new java.util.jar.JarFile(jar.toFile());
                  java.net.URLClassLoader loader =
                      new java.net.URLClassLoader(new java.net.URL[] {jar.toUri().toURL()})) {
                String main = opened.getManifest().getMainAttributes().getValue("Main-Class");
                loader
                    .loadClass(main)
                    .getMethod("main", String[].class)
                    .invoke(null, (Object) new String[0]);
              } catch (ReflectiveOperationException none) {
                throw new IOException(none);
              }
        """
            + before,
        "seen: output:POLYGLOT RAN");
  }

  private static List<Seed> names() {
    return List.of(
        service(
            "traversal.zip",
            "names of entries are taken as they are",
            "text/WordCount.java",
            "return point > ' ' && point < 127;",
            "return point != 127;",
            "the report has control characters"),
        new Seed(
            "odd-name.txt",
            "names of files are printed as they are",
            DEMO.resolve("Screen.java"),
            "LogText.escape(result.found().name())",
            "result.found().name()",
            "seen: control characters"));
  }
}
