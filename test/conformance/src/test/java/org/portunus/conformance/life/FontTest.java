// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.life;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.portunus.system.xpc.ServiceConnection;
import portunus.lifeprobe.FontProbe;
import portunus.lifeprobe.FontProbeXpc;

/** A service that draws text with a font of its bundle, without any file system of its own. */
class FontTest {
  private static final String SERVICE = "probe.font";
  private static final String IMPLEMENTATION = "portunus.lifeprobe.FontProbeService";
  private static final String FONT = "LiberationSans-Regular.ttf";
  private static final String TEXT = "Portunus";

  @TempDir Path folder;

  @Test
  void drawsTextInTheFontOfItsBundle() throws Exception {
    ProbeFolder probes = new ProbeFolder(folder).job(SERVICE, Map.of(), 0, IMPLEMENTATION);
    Path contents = probes.bundles().resolve(SERVICE + ".xpc/Contents");
    putFont(Files.createDirectory(contents.resolve("Fonts")).resolve(FONT));
    Path information = contents.resolve("Info.plist");
    String services = "<key>Services</key>";
    Files.writeString(
        information,
        Files.readString(information)
            .replace("portunus.lifeprobe.LifeProbeXpc", "portunus.lifeprobe.FontProbeXpc")
            .replace(
                services,
                "<key>Modules</key><array><string>java.desktop</string></array>"
                    + "<key>Fonts</key><array><string>"
                    + FONT
                    + "</string></array>"
                    + services));
    ProbeFolder.openAll(probes.bundles());
    try (LifeInstance instance = LifeInstance.start(probes);
        ServiceConnection<FontProbe> connection =
            instance.client().open(FontProbeXpc.TYPE, SERVICE)) {
      FontProbe probe = connection.proxy(Eventually.PATIENCE);
      byte[] fromFile = probe.drawnFrom("/portunus/fonts/" + FONT, TEXT);
      assertThat(black(fromFile)).isGreaterThan(300);
      assertThat(probe.drawn("SansSerif", TEXT)).isEqualTo(fromFile);
      assertThat(probe.drawn("Dialog", TEXT)).isEqualTo(fromFile);
      assertThat(probe.drawn("SansSerif", "Pontus")).isNotEqualTo(fromFile);
    }
  }

  private static int black(byte[] pixels) {
    int count = 0;
    for (byte pixel : pixels) {
      count += pixel;
    }
    return count;
  }

  /** The font that PDFBox brings. */
  private static void putFont(Path file) throws IOException {
    Path jar;
    try (Stream<Path> all = Files.walk(LifeInstance.installation().bundles())) {
      jar =
          all.filter(path -> path.getFileName().toString().matches("pdfbox-\\d.*\\.jar"))
              .findFirst()
              .orElseThrow();
    }
    try (FileSystem zip = FileSystems.newFileSystem(jar)) {
      Files.write(file, Files.readAllBytes(zip.getPath("org/apache/pdfbox/resources/ttf/" + FONT)));
    }
  }
}
