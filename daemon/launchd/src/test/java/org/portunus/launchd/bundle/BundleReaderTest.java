// SPDX-License-Identifier: Apache-2.0
package org.portunus.launchd.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.abi.identity.CodeIdentity;
import org.portunus.abi.identity.CodeImage;
import org.portunus.linux.arch.OpenFlag;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.file.Descriptor;
import org.portunus.linux.memory.MemoryFile;

class BundleReaderTest {
  private static final String INFO =
      """
      <plist version="1.0"><dict>
      <key>CFBundleIdentifier</key><string>org.example.a</string>
      <key>CFBundlePackageType</key><string>XPC!</string>
      <key>CFBundleVersion</key><string>1</string>
      <key>Portunus</key><dict><key>Services</key><dict>
        <key>org.example.a</key><dict>
          <key>Type</key><string>x.AXpc</string>
          <key>Implementation</key><string>x.A</string></dict></dict></dict>
      </dict></plist>
      """;

  /**
   * Of the files that {@link #makeBundle} makes, by an independent program that follows the drawing
   * of CodeIdentity.
   */
  private static final String GOLDEN =
      "c970b362b71dcd64fffca071b58df79cc226fd6bc69d8088f1950f17fb12f4ee";

  @TempDir private Path bundles;
  private Path java;

  @BeforeEach
  void makeBundle() throws IOException {
    Path contents = bundles.resolve("a.xpc/Contents");
    java = Files.createDirectories(contents.resolve("Java"));
    Files.writeString(contents.resolve("Info.plist"), INFO);
    Files.write(java.resolve("a.jar"), STORED_JAR);
    Path tool = Files.writeString(contents.resolve("r\u00e9sum\u00e9.txt"), "text\n");
    for (Path file : List.of(contents.resolve("Info.plist"), java.resolve("a.jar"))) {
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    }
    Files.setPosixFilePermissions(tool, PosixFilePermissions.fromString("rwxr-xr--"));
  }

  /** A jar with the one stored, empty file x/A.class; the same bytes for ever. */
  private static final byte[] STORED_JAR = storedJar();

  private static byte[] storedJar() {
    byte[] name = "x/A.class".getBytes(StandardCharsets.UTF_8);
    ByteBuffer out = ByteBuffer.allocate(30 + 9 + 46 + 9 + 22).order(ByteOrder.LITTLE_ENDIAN);
    out.putInt(0x04034b50).putShort((short) 10).position(26).putShort((short) 9);
    out.position(30).put(name);
    out.putInt(0x02014b50).putShort((short) 10).putShort((short) 10);
    out.position(39 + 28).putShort((short) 9).position(39 + 46).put(name);
    out.putInt(0x06054b50).position(94 + 8).putShort((short) 1).putShort((short) 1);
    out.putInt(55).putInt(39);
    return out.array();
  }

  private static final byte[] ELF = {0x7f, 'E', 'L', 'F', 2, 1, 1, 0};

  private void declare(String library) throws IOException {
    String text = "<key>Portunus</key><dict>";
    Files.writeString(
        bundles.resolve("a.xpc/Contents/Info.plist"),
        INFO.replace(
            text,
            text + "<key>NativeLibraries</key><array><string>" + library + "</string></array>"));
  }

  private void putNative(String name, byte[] bytes) throws IOException {
    Path folder = Files.createDirectories(bundles.resolve("a.xpc/Contents/Native"));
    Files.write(folder.resolve(name), bytes);
  }

  @Test
  void nativeLibrariesAreDeclaredAndThere() throws Exception {
    putNative("liba.so", ELF);
    refused("Contents/Native/liba.so", "NativeLibraries");
    declare("liba.so");
    CodeIdentity identity;
    try (Bundle bundle = read()) {
      identity = bundle.identity();
      assertThat(bundle.manifest().libraries()).containsExactly("liba.so");
      List<MemoryFile> sealed = SealedFiles.seal(bundle, List.of("native/liba.so"));
      // The folder is not read again.
      putNative("liba.so", new byte[] {0x7f, 'E', 'L', 'F', 9});
      assertThat(sealed)
          .singleElement()
          .satisfies(file -> {
            assertThat(file.isFullySealed()).isTrue();
            assertThat(file.descriptor().readFully(64)).isEqualTo(ELF);
          });
      sealed.forEach(MemoryFile::close);
    }
    try (Bundle changed = read()) {
      assertThat(changed.identity()).isNotEqualTo(identity);
    }
    putNative("liba.so", "text".getBytes(StandardCharsets.UTF_8));
    refused("Contents/Native/liba.so", "NativeLibraries");
    declare("libb.so");
    refused("Contents/Native/liba.so", "NativeLibraries");
    Files.delete(bundles.resolve("a.xpc/Contents/Native/liba.so"));
    refused("Contents/Native", "lacks libb.so");
  }

  private Bundle read() throws LinuxException {
    try (Descriptor folder = Descriptor.open(bundles, OpenFlag.DIRECTORY, 0)) {
      return BundleReader.read(folder, "a.xpc");
    }
  }

  private void refused(String... named) {
    assertThatExceptionOfType(PortunusException.class)
        .isThrownBy(this::read)
        .satisfies(e -> {
          assertThat(e.code()).as(e.getMessage()).isEqualTo(ErrorCode.BUNDLE);
          assertThat(e.getMessage()).contains(named);
        });
  }

  private void jar(String file, String... entries) throws IOException {
    try (OutputStream out = Files.newOutputStream(java.resolve(file));
        ZipOutputStream zip = new ZipOutputStream(out)) {
      for (String entry : entries) {
        String[] parts = entry.split("=", 2);
        zip.putNextEntry(new ZipEntry(parts[0]));
        zip.write((parts.length > 1 ? parts[1] : "").getBytes(StandardCharsets.UTF_8));
      }
    }
  }

  @Test
  void makesASealedImageOfWhatItRead() throws Exception {
    try (Bundle bundle = read()) {
      assertThat(bundle.identity()).hasToString(GOLDEN);
      assertThat(bundle.image().isFullySealed()).isTrue();
      assertThat(bundle.manifest().identifier()).isEqualTo("org.example.a");
      assertThat(bundle.ignored()).isEmpty();
      byte[] bytes = bundle.image().read(0, (int) bundle.image().size());
      CodeImage image = CodeImage.read(ByteBuffer.wrap(bytes));
      assertThat(image.entries())
          .extracting(CodeImage.Entry::path)
          .containsExactly(
              "Contents/Info.plist", "Contents/Java/a.jar", "Contents/r\u00e9sum\u00e9.txt");
      assertThat(image.identity()).isEqualTo(bundle.identity());
    }
  }

  @Test
  void theImageNeverChanges() throws Exception {
    try (Bundle bundle = read();
        Arena arena = Arena.ofConfined()) {
      MemorySegment one = arena.allocate(1);
      assertThat(bundle.image().descriptor().write(0, one)).isNegative();
      Files.writeString(bundles.resolve("a.xpc/Contents/Info.plist"), "other");
      byte[] bytes = bundle.image().read(0, (int) bundle.image().size());
      assertThat(CodeImage.read(ByteBuffer.wrap(bytes)).identity()).isEqualTo(bundle.identity());
    }
  }

  @Test
  void everyByteNameAndModeIsPartOfTheIdentity() throws Exception {
    Path text = bundles.resolve("a.xpc/Contents/r\u00e9sum\u00e9.txt");
    Files.writeString(text, "texT\n");
    try (Bundle bundle = read()) {
      assertThat(bundle.identity().toString()).isNotEqualTo(GOLDEN);
    }
    Files.writeString(text, "text\n");
    Files.setPosixFilePermissions(text, PosixFilePermissions.fromString("rw-r-xr--"));
    try (Bundle bundle = read()) {
      assertThat(bundle.identity().toString()).isNotEqualTo(GOLDEN);
    }
    Files.setPosixFilePermissions(text, PosixFilePermissions.fromString("rwxr-xr--"));
    try (Bundle bundle = read()) {
      assertThat(bundle.identity()).hasToString(GOLDEN);
    }
  }

  @Test
  void refusesLinksAndSpecialFiles() throws Exception {
    Path link = Files.createSymbolicLink(java.resolve("link.jar"), java.resolve("a.jar"));
    refused("Contents/Java/link.jar", "is a link");
    Files.delete(link);
    Files.createSymbolicLink(link, bundles);
    refused("Contents/Java/link.jar", "is a link");
    Files.delete(link);
    try (ServerSocketChannel socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      socket.bind(UnixDomainSocketAddress.of(java.resolve("s")));
      refused("Contents/Java/s", "no regular file");
    }
    Files.delete(java.resolve("s"));
    Process fifo = new ProcessBuilder("mkfifo", java.resolve("f").toString()).start();
    assertThat(fifo.waitFor()).isZero();
    refused("Contents/Java/f", "no regular file");
  }

  @Test
  void refusesABundleBehindALink() throws Exception {
    Files.move(bundles.resolve("a.xpc"), bundles.resolve("b.xpc"));
    Files.createSymbolicLink(bundles.resolve("a.xpc"), bundles.resolve("b.xpc"));
    refused("a.xpc", "without following links");
  }

  @Test
  void refusesNames() throws Exception {
    Path twin = Files.writeString(java.resolve("A.JAR"), "x");
    refused("upper and lower case");
    Files.delete(twin);
    Path folder = Files.createDirectory(bundles.resolve("a.xpc/contents"));
    refused("upper and lower case");
    Files.delete(folder);
    Path decomposed = Files.writeString(java.resolve("re\u0301sume"), "x");
    refused("not NFC");
    Files.delete(decomposed);
    Path control = Files.writeString(java.resolve("a\nb"), "x");
    refused("a\\nb", "control characters");
    Files.delete(control);
    Process raw =
        new ProcessBuilder("sh", "-c", "touch \"$(printf 'x\\377')\"")
            .directory(java.toFile())
            .start();
    assertThat(raw.waitFor()).isZero();
    refused("not UTF-8");
  }

  @Test
  void refusesTooManyTooDeepAndTooLarge() throws Exception {
    Path big = java.resolve("big");
    try (Descriptor file = Descriptor.open(big, OpenFlag.WRITE_ONLY | OpenFlag.CREATE, 0600)) {
      file.truncate(CodeImage.MAX_BYTES);
    }
    refused("256 MiB");
    Files.delete(big);
    Path deep = java;
    for (int i = 0; i < 40; i++) {
      deep = Files.createDirectory(deep.resolve("d"));
    }
    refused("nested deeper");
    Path outer = java.resolve("d");
    Files.move(outer, bundles.resolve("away"));
    for (int i = 0; i < CodeImage.MAX_FILES; i++) {
      Files.createFile(java.resolve("f" + i));
    }
    refused("4096 files");
  }

  @Test
  void refusesBundlesWithoutCodeOrManifest() throws Exception {
    Files.move(java.resolve("a.jar"), java.resolve("a.zip"));
    refused("has no jar");
    Files.move(java.resolve("a.zip"), java.resolve("a.jar"));
    Files.delete(bundles.resolve("a.xpc/Contents/Info.plist"));
    refused("Contents/Info.plist", "missing");
  }

  @Test
  void refusesAnImplementationThatIsNotThere() throws Exception {
    jar("a.jar", "x/B.class");
    refused("class x.A");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "org/portunus/system/Evil.class",
        "org/portunus/x",
        "java/lang/Evil.class",
        "META-INF/versions/25/org/portunus/system/Evil.class",
        "META-INF/versions/9/java/lang/Evil.class",
      })
  void refusesPackagesOfTheSystem(String entry) throws Exception {
    jar("b.jar", entry);
    refused("Contents/Java/b.jar", entry, "packages org.portunus and java");
  }

  @Test
  void takesPackagesThatOnlyLookLikeThem() throws Exception {
    jar("b.jar", "org/portunusx/A.class", "javax/A.class", "x/org/portunus/A.class", "java/");
    try (Bundle bundle = read()) {
      assertThat(bundle.manifest().version()).isEqualTo("1");
    }
  }

  @Test
  void refusesDamagedJars() throws Exception {
    jar("b.jar", "b");
    byte[] jar = Files.readAllBytes(java.resolve("b.jar"));
    Files.write(java.resolve("b.jar"), Arrays.copyOf(jar, jar.length + 1));
    refused("Contents/Java/b.jar", "bytes that belong to no entry");
    Files.delete(java.resolve("b.jar"));
    jar("c.JAR", "../b");
    refused("Contents/Java/c.JAR", "name is absolute, climbs");
  }

  @Test
  void reportsAttributesWithoutEffect() throws Exception {
    jar(
        "b.jar",
        """
        META-INF/MANIFEST.MF=Manifest-Version: 1.0
        Class-Path: 7
        Launcher-Agent-Class: x.A
        Add-Opens: java.base/java.lang
        Enable-Native-Access: ALL-UNNAMED

        """);
    try (Bundle bundle = read()) {
      assertThat(bundle.ignored())
          .containsExactly(
              "Contents/Java/b.jar: Class-Path",
              "Contents/Java/b.jar: Launcher-Agent-Class",
              "Contents/Java/b.jar: Add-Opens",
              "Contents/Java/b.jar: Enable-Native-Access");
    }
  }
}
