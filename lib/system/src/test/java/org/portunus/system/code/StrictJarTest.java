// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.code;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.function.Consumer;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.portunus.system.code.StrictJar.RefusedException;
import org.portunus.system.code.StrictJar.Rule;

class StrictJarTest {
  private static final byte[] TEXT = "hello, hello, hello".getBytes(StandardCharsets.UTF_8);

  /** A jar with a folder, a deflated file "a.txt" (with data descriptor) and a stored "b.txt". */
  private static byte[] plain() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(out)) {
      zip.putNextEntry(new ZipEntry("dir/"));
      zip.putNextEntry(new ZipEntry("a.txt"));
      zip.write(TEXT);
      ZipEntry stored = new ZipEntry("b.txt");
      CRC32 crc = new CRC32();
      crc.update(TEXT);
      stored.setMethod(ZipEntry.STORED);
      stored.setSize(TEXT.length);
      stored.setCrc(crc.getValue());
      zip.putNextEntry(stored);
      zip.write(TEXT);
    }
    return out.toByteArray();
  }

  private static int find(byte[] jar, int signature, int from) {
    ByteBuffer in = ByteBuffer.wrap(jar).order(ByteOrder.LITTLE_ENDIAN);
    for (int at = from; at + 4 <= jar.length; at++) {
      if (in.getInt(at) == signature) {
        return at;
      }
    }
    throw new AssertionError("no such header");
  }

  private static int central(byte[] jar, String name) {
    int at = find(jar, 0x02014b50, 0);
    while (!new String(jar, at + 46, name.length(), StandardCharsets.UTF_8).equals(name)) {
      at = find(jar, 0x02014b50, at + 4);
    }
    return at;
  }

  private static int local(byte[] jar, String name) {
    return ByteBuffer.wrap(jar).order(ByteOrder.LITTLE_ENDIAN).getInt(central(jar, name) + 42);
  }

  private static void refused(Rule rule, Consumer<byte[]> patch) throws IOException {
    byte[] jar = plain();
    patch.accept(jar);
    refused(rule, jar);
  }

  private static void refused(Rule rule, byte[] jar) {
    assertThatExceptionOfType(RefusedException.class)
        .isThrownBy(() -> {
          StrictJar opened = StrictJar.open(ByteBuffer.wrap(jar));
          for (String name : opened.names()) {
            opened.read(name);
          }
        })
        .satisfies(refusal -> assertThat(refusal.rule()).as(refusal.getMessage()).isEqualTo(rule));
  }

  /** The jar with bytes put in, all offsets of the end record moved if it asks so. */
  private static byte[] insert(byte[] jar, int at, int count, int directoryMovesBy) {
    byte[] out = new byte[jar.length + count];
    System.arraycopy(jar, 0, out, 0, at);
    System.arraycopy(jar, at, out, at + count, jar.length - at);
    ByteBuffer end = ByteBuffer.wrap(out).order(ByteOrder.LITTLE_ENDIAN);
    int place = out.length - 22 + 16;
    if (place > at) {
      end.putInt(place, end.getInt(place) + directoryMovesBy);
    }
    return out;
  }

  @Test
  void readsAnOrdinaryJar() throws IOException {
    StrictJar jar = StrictJar.open(ByteBuffer.wrap(plain()));
    assertThat(jar.names()).containsExactly("a.txt", "b.txt", "dir/");
    assertThat(jar.read("a.txt")).hasValue(TEXT);
    assertThat(jar.read("b.txt")).hasValue(TEXT);
    assertThat(jar.read("dir/")).isEmpty();
    assertThat(jar.read("c.txt")).isEmpty();
    assertThat(jar.manifest()).isEmpty();
  }

  @Test
  void refusesDuplicateNames() throws IOException {
    refused(
        Rule.DUPLICATE_NAME,
        jar -> {
          jar[central(jar, "b.txt") + 46] = 'a';
          jar[local(jar, "a.txt") + 30] = 'a';
          int stored = find(jar, 0x04034b50, find(jar, 0x04034b50, local(jar, "a.txt") + 4));
          jar[stored + 30] = 'a';
        });
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(out)) {
      zip.putNextEntry(new ZipEntry("x"));
      zip.putNextEntry(new ZipEntry("x/"));
    }
    refused(Rule.DUPLICATE_NAME, out.toByteArray());
  }

  @Test
  void refusesHeadersThatDiffer() throws IOException {
    refused(Rule.LYING_HEADER, jar -> jar[local(jar, "b.txt") + 30] = 'c');
    refused(Rule.LYING_HEADER, jar -> jar[local(jar, "b.txt") + 8] = 8);
    refused(Rule.LYING_HEADER, jar -> jar[local(jar, "b.txt") + 22]++);
    refused(Rule.LYING_HEADER, jar -> jar[local(jar, "b.txt") + 14]++);
    refused(Rule.LYING_HEADER, jar -> jar[local(jar, "b.txt")]++);
    refused(Rule.LYING_HEADER, jar -> jar[find(jar, 0x08074b50, local(jar, "a.txt")) + 4]++);
    refused(Rule.LYING_HEADER, jar -> jar[central(jar, "b.txt") + 24]++);
  }

  @Test
  void refusesHiddenData() throws IOException {
    byte[] jar = plain();
    int directory = find(jar, 0x02014b50, 0);
    byte[] behind = Arrays.copyOf(jar, jar.length + 1);
    refused(Rule.HIDDEN_DATA, behind);
    refused(Rule.HIDDEN_DATA, insert(jar, 0, 4, 0));
    refused(Rule.LYING_HEADER, insert(jar, 0, 4, 4));
    refused(Rule.HIDDEN_DATA, insert(jar, directory, 4, 4));
    refused(Rule.HIDDEN_DATA, insert(jar, directory, 4, 0));
    refused(Rule.HIDDEN_DATA, insert(jar, jar.length - 22, 4, 0));
    byte[] commented = plain();
    commented[commented.length - 2] = 3;
    refused(Rule.HIDDEN_DATA, commented);
    refused(Rule.HIDDEN_DATA, new byte[0]);
  }

  @Test
  void refusesHiddenDataBetweenEntriesAndInContents() throws IOException {
    byte[] jar = plain();
    int second = local(jar, "b.txt");
    byte[] between = insert(jar, second, 4, 4);
    ByteBuffer.wrap(between)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(central(between, "b.txt") + 42, second + 4);
    refused(Rule.HIDDEN_DATA, between);

    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(out)) {
      zip.putNextEntry(new ZipEntry("a.txt"));
      zip.write(TEXT);
    }
    byte[] grown = out.toByteArray();
    int descriptor = find(grown, 0x08074b50, 0);
    byte[] inside = insert(grown, descriptor, 3, 3);
    inside[descriptor + 3 + 8] = (byte) (inside[descriptor + 3 + 8] + 3);
    int stored = central(inside, "a.txt") + 20;
    inside[stored] = (byte) (inside[stored] + 3);
    refused(Rule.HIDDEN_DATA, inside);
  }

  @Test
  void refusesEncryptionZip64DisksMethodsAndLinks() throws IOException {
    refused(Rule.ENCRYPTED, jar -> jar[central(jar, "b.txt") + 8] |= 1);
    refused(Rule.METHOD, jar -> jar[central(jar, "b.txt") + 10] = 12);
    refused(Rule.METHOD, jar -> jar[central(jar, "b.txt") + 9] |= 0x40);
    refused(Rule.SEVERAL_DISKS, jar -> jar[central(jar, "b.txt") + 34] = 1);
    refused(Rule.SEVERAL_DISKS, jar -> jar[jar.length - 22 + 4] = 1);
    refused(Rule.ZIP64, jar -> Arrays.fill(jar, jar.length - 22 + 16, jar.length - 2, (byte) -1));
    refused(
        Rule.ZIP64,
        jar -> {
          int at = central(jar, "b.txt");
          Arrays.fill(jar, at + 24, at + 28, (byte) -1);
        });
    refused(
        Rule.LINK,
        jar -> {
          int at = central(jar, "b.txt");
          jar[at + 5] = 3;
          jar[at + 41] = (byte) 0xa1;
        });
    refused(
        Rule.TOO_LARGE,
        jar -> {
          int at = central(jar, "a.txt");
          jar[at + 27] = 0x20;
        });
  }

  @Test
  void refusesNamesThatClimb() throws IOException {
    for (String name :
        new String[] {"/etc/x", "../x", "a/../x", "a//b", "./a", "a\\b", "a\u0001b", "a/."}) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      try (ZipOutputStream zip = new ZipOutputStream(out)) {
        zip.putNextEntry(new ZipEntry(name));
      }
      refused(Rule.NAME, out.toByteArray());
    }
    refused(Rule.NAME, jar -> jar[central(jar, "b.txt") + 46] = (byte) 0xff);
  }

  @Test
  void refusesContentOfAnotherSizeOrChecksum() throws IOException {
    refused(
        Rule.CONTENT,
        jar -> {
          jar[central(jar, "b.txt") + 16]++;
          jar[local(jar, "b.txt") + 14]++;
        });
    for (int difference : new int[] {-1, 1}) {
      refused(
          Rule.CONTENT,
          jar -> {
            jar[central(jar, "a.txt") + 24] += (byte) difference;
            jar[find(jar, 0x08074b50, local(jar, "a.txt")) + 12] += (byte) difference;
          });
    }
  }

  @Test
  void damagedJarsAreReadEquallyOrRefused() throws IOException {
    Random random = new Random(11);
    int refusedCount = 0;
    for (int i = 0; i < 20_000; i++) {
      byte[] jar = plain();
      jar[random.nextInt(jar.length)] ^= (byte) (1 << random.nextInt(8));
      try {
        StrictJar opened = StrictJar.open(ByteBuffer.wrap(jar));
        for (String name : opened.names()) {
          opened.read(name).ifPresent(content -> assertThat(content).isEqualTo(TEXT));
        }
      } catch (RefusedException expected) {
        refusedCount++;
      }
    }
    assertThat(refusedCount).as("seed 11").isGreaterThan(10_000);
  }
}
