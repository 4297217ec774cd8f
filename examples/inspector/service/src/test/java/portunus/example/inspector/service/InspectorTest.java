// SPDX-License-Identifier: Apache-2.0
package portunus.example.inspector.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import portunus.example.inspector.InspectionFailed;
import portunus.example.inspector.Limits;
import portunus.example.inspector.Options;
import portunus.example.inspector.Reason;
import portunus.example.inspector.Report;
import portunus.example.inspector.Size;
import portunus.example.inspector.UnsupportedDocument;

class InspectorTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({
    "'plain text', text/plain",
    "'', text/plain",
    "'<!doctype html><p>x', text/html",
    "'<!-- c --><HTML>x', text/html",
    "'<?xml version=\"1.0\"?><a>x</a>', application/xml",
    "'<?xml version=\"1.0\"?><html><body>x</body></html>', application/xhtml+xml",
    "'<svg xmlns=\"http://www.w3.org/2000/svg\"/>', image/svg+xml",
    "'<?xml version=\"1.0\"?><!DOCTYPE svg PUBLIC \"-//W3C//DTD SVG 1.0//EN\" \"x\"><svg/>',"
        + " image/svg+xml",
    "'<template>no markup that is known</template>', text/plain"
  })
  void takesTheTypeFromTheContent(String text, String type) throws Exception {
    assertThat(Documents.inspect(folder, text).type()).isEqualTo(type);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<?xml version=\"1.0\"?><!DOCTYPE a SYSTEM \"http://127.0.0.1/a.dtd\"><a/>",
        "<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY e \"x\">]><a>&e;</a>",
        "<?xml version=\"1.0\"?><!DOCTYPE a PUBLIC \"-//W3C//DTD X\" \"x\" [<!ENTITY e \"\">]><a/>",
        "<?xml version=\"1.0\"?><!DOCTYPE a PUBLIC \"-//OASIS//DTD X\" \"x\"><a/>"
      })
  void refusesTypesWithDeclarations(String xml) {
    InspectionFailed failed =
        catchThrowableOfType(InspectionFailed.class, () -> Documents.inspect(folder, xml));
    assertThat(failed.reason()).isEqualTo(Reason.FORMAT_ENTITY);
  }

  @Test
  void refusesBytesOfNoKnownKind() {
    assertThatThrownBy(() -> Documents.inspect(folder, new byte[] {1, 2, 3, 0}))
        .isInstanceOf(UnsupportedDocument.class);
  }

  @ParameterizedTest
  @CsvSource({"16, 8, 128, 64", "1, 1000, 1, 128", "128, 128, 128, 128", "1000, 3, 128, 1"})
  void previewsHaveTheSizeThatImageMagickGives(int width, int height, int toWidth, int toHeight)
      throws Exception {
    Report report = Documents.inspect(folder, image("png", width, height));
    assertThat(report.size()).contains(new Size(width, height));
    BufferedImage preview =
        ImageIO.read(new ByteArrayInputStream(report.previewPng().orElseThrow()));
    assertThat(new Size(preview.getWidth(), preview.getHeight()))
        .isEqualTo(new Size(toWidth, toHeight));
    assertThat(preview.getRGB(0, 0)).isEqualTo(0xff336699);
  }

  @Test
  void countsWordsOfTextInArchives() throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      zip.putNextEntry(new ZipEntry("a.txt"));
      zip.write("one two\n".getBytes(StandardCharsets.UTF_8));
      zip.putNextEntry(new ZipEntry("b\u001b[31m.bin"));
      zip.write(new byte[] {0, 1, 2});
      ZipEntry stored = new ZipEntry("stored.txt");
      byte[] three = "three".getBytes(StandardCharsets.UTF_8);
      CRC32 crc = new CRC32();
      crc.update(three);
      stored.setMethod(ZipEntry.STORED);
      stored.setSize(three.length);
      stored.setCrc(crc.getValue());
      zip.putNextEntry(stored);
      zip.write(three);
    }
    Report report = Documents.inspect(folder, bytes.toByteArray());
    assertThat(report.type()).isEqualTo("application/zip");
    assertThat(report.words()).isEqualTo(3);
    assertThat(report.excerpt()).isEqualTo("a.txt b[31m.bin stored.txt");
  }

  @Test
  void noticesAChangedByteInAnArchive() throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      zip.setLevel(0);
      zip.putNextEntry(new ZipEntry("a.txt"));
      zip.write("one two\n".getBytes(StandardCharsets.UTF_8));
    }
    byte[] archive = bytes.toByteArray();
    int at = new String(archive, StandardCharsets.ISO_8859_1).indexOf("one two");
    archive[at] = 'O';
    InspectionFailed failed =
        catchThrowableOfType(InspectionFailed.class, () -> Documents.inspect(folder, archive));
    assertThat(failed.reason()).isEqualTo(Reason.FORMAT_DAMAGED);
  }

  @Test
  void looksIntoGzipOnce() throws Exception {
    Report text = Documents.inspect(folder, gzip("one two".getBytes(StandardCharsets.UTF_8)));
    assertThat(text.type()).isEqualTo("application/gzip");
    assertThat(text.words()).isEqualTo(2);
    Report image = Documents.inspect(folder, gzip(image("png", 5, 6)));
    assertThat(image.size()).contains(new Size(5, 6));
    Report twice =
        Documents.inspect(folder, gzip(gzip("one two".getBytes(StandardCharsets.UTF_8))));
    assertThat(twice.words()).isZero();
  }

  @Test
  void countsAllLayersTogether() throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (int i = 0; i < 3; i++) {
        zip.putNextEntry(new ZipEntry(i + ".txt"));
        zip.write(new byte[4000]);
      }
    }
    Options strict = Options.standard().withLimits(Limits.standard().withMaxExpandedBytes(11_999));
    InspectionFailed failed =
        catchThrowableOfType(
            InspectionFailed.class, () -> Documents.inspect(folder, bytes.toByteArray(), strict));
    assertThat(failed.reason()).isEqualTo(Reason.LIMIT_EXPANSION);
    Options enough = Options.standard().withLimits(Limits.standard().withMaxExpandedBytes(12_000));
    assertThat(Documents.inspect(folder, bytes.toByteArray(), enough).words()).isZero();
  }

  @Test
  void stopsWhenItIsCancelled() throws Exception {
    byte[] packed = gzip(new byte[1 << 20]);
    Thread.currentThread().interrupt();
    try {
      assertThatThrownBy(() -> Documents.inspect(folder, packed))
          .isInstanceOfAny(CancellationException.class, IOException.class);
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  @Test
  void hooksActOnTheirExactLineOnly() {
    assertThatThrownBy(() -> Documents.inspect(folder, "%PORTUNUS-HOOK exit2\n"))
        .isInstanceOf(UnsupportedDocument.class);
    assertThatThrownBy(() -> Documents.inspect(folder, "%PORTUNUS-HOOK \n"))
        .isInstanceOf(UnsupportedDocument.class);
  }

  @Test
  void manifestNamesClassesThatExist() throws Exception {
    String manifest = Files.readString(Path.of("src", "main", "bundle", "Info.plist"));
    List<String> named = new ArrayList<>();
    Pattern.compile("<string>(portunus\\.[\\w.]+)</string>")
        .matcher(manifest)
        .results()
        .forEach(match -> named.add(match.group(1)));
    assertThat(named).hasSize(2).contains(Inspector.class.getName());
    for (String name : named) {
      assertThat(Class.forName(name).getName()).isEqualTo(name);
    }
  }

  private static byte[] gzip(byte[] content) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write(content);
    }
    return bytes.toByteArray();
  }

  private static byte[] image(String format, int width, int height) throws IOException {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        image.setRGB(x, y, 0x336699);
      }
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    assertThat(ImageIO.write(image, format, bytes)).isTrue();
    return bytes.toByteArray();
  }
}
