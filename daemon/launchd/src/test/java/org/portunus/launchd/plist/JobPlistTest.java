// SPDX-License-Identifier: Apache-2.0
package org.portunus.launchd.plist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.dd.plist.BinaryPropertyListWriter;
import com.dd.plist.NSArray;
import com.dd.plist.NSDictionary;
import com.dd.plist.NSObject;
import com.dd.plist.NSString;
import com.dd.plist.PropertyListParser;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.abi.mach.Qos;
import org.portunus.abi.wire.LaunchRecord;
import org.portunus.abi.wire.QosGrant;
import org.portunus.linux.arch.OpenFlag;
import org.portunus.linux.file.Descriptor;

class JobPlistTest {
  private static final String HEAD =
      """
      <?xml version="1.0" encoding="UTF-8"?>
      <!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN"\
       "http://192.0.2.1/PropertyList-1.0.dtd">
      """;

  private static final String KEYS =
      """
      <key>Label</key><string>org.example.job</string>
      <key>MachServices</key><dict><key>org.example.b</key><true/><key>org.example.a</key><true/></dict>
      <key>Portunus</key><dict><key>Bundle</key><string>inspector.xpc</string>
        <key>Heap</key><integer>128</integer><key>Grace</key><real>0.25</real></dict>
      """;

  private static byte[] plist(String keys) {
    return (HEAD + "<plist version=\"1.0\"><dict>" + keys + "</dict></plist>")
        .getBytes(StandardCharsets.UTF_8);
  }

  private static String refused(ErrorCode code, byte[] bytes) {
    try {
      JobPlist job = JobPlist.read("job.plist", bytes);
      throw new AssertionError("taken: " + job);
    } catch (PortunusException e) {
      assertThat(e.code()).as(e.getMessage()).isEqualTo(code);
      assertThat(e).hasMessageContaining("job.plist");
      return String.valueOf(e.getMessage());
    }
  }

  @Test
  void readsXml() {
    JobPlist job = JobPlist.read("job.plist", plist(KEYS));
    assertThat(job.label()).isEqualTo("org.example.job");
    assertThat(job.disabled()).isFalse();
    assertThat(job.machServices()).containsExactly("org.example.a", "org.example.b");
    assertThat(job.exitTimeOut()).isEqualTo(Duration.ofSeconds(20));
    assertThat(job.throttleInterval()).isEqualTo(Duration.ofSeconds(10));
    assertThat(job.bundle()).isEqualTo("inspector.xpc");
    assertThat(job.grant().heapMiB()).hasValue(128);
    assertThat(job.grant().graceMillis()).hasValue(250);
    assertThat(job.grant().memoryMiB()).isEmpty();
    assertThat(job.relayed()).isFalse();
  }

  @Test
  void relayIsAFlag() {
    String bundle = "<key>Bundle</key>";
    for (boolean relayed : new boolean[] {true, false}) {
      String keys = KEYS.replace(bundle, "<key>Relay</key><" + relayed + "/>" + bundle);
      assertThat(JobPlist.read("job.plist", plist(keys)).relayed()).isEqualTo(relayed);
    }
    String number = KEYS.replace(bundle, "<key>Relay</key><integer>1</integer>" + bundle);
    assertThat(refused(ErrorCode.PLIST_VALUE, plist(number)))
        .contains("Portunus", "Relay", "true or false");
    String beside = KEYS + "<key>Relay</key><true/>";
    assertThat(refused(ErrorCode.PLIST_KEY, plist(beside))).contains("Relay");
  }

  @Test
  void readsBinary() throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    String more = "<key>Disabled</key><true/><key>ExitTimeOut</key><integer>0</integer>";
    BinaryPropertyListWriter.write(PropertyListParser.parse(plist(KEYS + more)), out);
    JobPlist job = JobPlist.read("job.plist", out.toByteArray());
    assertThat(job.disabled()).isTrue();
    assertThat(job.exitTimeOut()).isZero();
    assertThat(job.machServices()).containsExactly("org.example.a", "org.example.b");
  }

  @Test
  void everyKeyOfTheManualIsTakenOrRefusedByName() {
    Set<String> all = new TreeSet<>(LaunchdKey.TAKEN);
    all.addAll(LaunchdKey.LATER);
    all.addAll(LaunchdKey.DEAD.keySet());
    assertThat(all)
        .hasSize(LaunchdKey.TAKEN.size() + LaunchdKey.LATER.size() + LaunchdKey.DEAD.size());
  }

  static Stream<String> laterKeys() {
    return LaunchdKey.LATER.stream().sorted();
  }

  @ParameterizedTest
  @MethodSource("laterKeys")
  void refusesKeysThatAreNotSupportedYet(String key) {
    assertThat(refused(ErrorCode.PLIST_KEY, plist(KEYS + "<key>" + key + "</key><true/>")))
        .contains(key)
        .contains("not supported yet");
  }

  static Stream<String> deadKeys() {
    return LaunchdKey.DEAD.keySet().stream().sorted();
  }

  @ParameterizedTest
  @MethodSource("deadKeys")
  void refusesDeadKeysWithTheirReplacement(String key) {
    assertThat(refused(ErrorCode.PLIST_KEY, plist(KEYS + "<key>" + key + "</key><true/>")))
        .contains(key)
        .contains("dead")
        .contains(LaunchdKey.DEAD.getOrDefault(key, "?"));
  }

  @Test
  void refusesUnknownKeysEscaped() {
    assertThat(refused(ErrorCode.PLIST_KEY, plist(KEYS + "<key>Lable</key><true/>")))
        .contains("Lable is unknown");
    assertThat(refused(ErrorCode.PLIST_KEY, plist(KEYS + "<key>a&#10;b\u202e</key><true/>")))
        .contains("\"a\\nb\\u{202e}\" is unknown");
    String inner = KEYS.replace("<key>Heap</key>", "<key>Heep</key>");
    assertThat(refused(ErrorCode.PLIST_KEY, plist(inner))).contains("Portunus/Heep");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ResetAtClose", "HideUntilCheckIn"})
  void refusesOptionsOfServices(String key) {
    String options = KEYS.replaceFirst("<true/>", "<dict><key>" + key + "</key><true/></dict>");
    assertThat(refused(ErrorCode.PLIST_KEY, plist(options)))
        .contains("MachServices/org.example.b/" + key)
        .contains("not supported yet");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<key>Label</key>|<key>Disabled</key>",
        "org.example.job|../x",
        "org.example.job|a b",
        "<true/>|<false/>",
        "<true/>|<string>yes</string>",
        "<true/>|<dict/>",
        "<integer>128</integer>|<integer>7</integer>",
        "<integer>128</integer>|<integer>99999999999999</integer>",
        "<integer>128</integer>|<real>128.5</real>",
        "<integer>128</integer>|<string>128</string>",
        "<integer>128</integer>|<true/>",
        "<real>0.25</real>|<real>nan</real>",
        "<real>0.25</real>|<real>-1</real>",
        "inspector.xpc|../../etc",
        "inspector.xpc|",
        "<string>inspector.xpc</string>|<array/>",
        "<key>MachServices</key>|<key>Disabled</key>",
        "org.example.a|org/example",
      })
  void refusesWrongValues(String change) {
    String[] parts = change.split("\\|", -1);
    assertThat(KEYS).contains(parts[0]);
    refused(ErrorCode.PLIST_VALUE, plist(KEYS.replace(parts[0], parts[1])));
  }

  @Test
  void refusesAKeyTwice() throws IOException {
    String twice = KEYS + "<key>Label</key><string>org.example.other</string>";
    assertThat(refused(ErrorCode.PLIST_VALUE, plist(twice))).contains("\"Label\" twice");
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    NSDictionary root = new NSDictionary();
    root.put("Label", "x");
    root.put("Labels", "y");
    BinaryPropertyListWriter.write(root, out);
    byte[] binary = out.toByteArray();
    assertThat(new String(binary, StandardCharsets.ISO_8859_1)).contains("VLabels");
    byte[] same = replaceLabels(binary);
    assertThat(refused(ErrorCode.PLIST_VALUE, same)).contains("key twice");
  }

  /** Makes both references of the root's keys the same one. */
  private static byte[] replaceLabels(byte[] binary) {
    byte[] copy = binary.clone();
    for (int i = 8; i < copy.length - 3; i++) {
      if ((copy[i] & 0xff) == 0xd2) {
        copy[i + 2] = copy[i + 1];
        return copy;
      }
    }
    throw new AssertionError("no dictionary of two");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<!DOCTYPE plist [<!ENTITY a \"b\">]>",
        "<!DOCTYPE plist [<!ENTITY a SYSTEM \"file:///etc/passwd\">]>",
        "<!DOCTYPE plist [<!ENTITY % a SYSTEM \"http://192.0.2.1/\"> %a;]>",
        "<!DOCTYPE plist [<!ELEMENT plist ANY>]>",
        "<!DOCTYPE plist [<!ATTLIST plist a CDATA \"b\">]>",
        "<!DOCTYPE plist [<!NOTATION n SYSTEM \"x\">]>",
        "<!DOCTYPE plist SYSTEM \"file:///etc/passwd\">",
        "<!DOCTYPE plist PUBLIC \"-//Other//EN\" \"http://192.0.2.1/\">",
        "<!DOCTYPE html>",
        "<?xml-stylesheet href=\"http://192.0.2.1/\"?>",
      })
  void refusesDeclarationsOfItsOwn(String head) {
    String xml = head + "<plist version=\"1.0\"><dict>" + KEYS + "</dict></plist>";
    assertThat(refused(ErrorCode.PLIST_VALUE, xml.getBytes(StandardCharsets.UTF_8)))
        .contains("is refused");
  }

  @Test
  void refusesEntityBombsBeforeTheyExpand() {
    StringBuilder bomb = new StringBuilder("<!DOCTYPE plist [<!ENTITY a0 \"aaaaaaaaaa\">");
    for (int i = 1; i < 30; i++) {
      bomb.append("<!ENTITY a" + i + " \"" + ("&a" + (i - 1) + ";").repeat(10) + "\">");
    }
    bomb.append("]><plist><dict><key>Label</key><string>&a29;</string></dict></plist>");
    assertThat(refused(ErrorCode.PLIST_VALUE, bomb.toString().getBytes(StandardCharsets.UTF_8)))
        .contains("declares an entity");
  }

  @Test
  void neverFetchesTheDefinition() {
    // HEAD names an address of TEST-NET-1: a fetch would fail or hang, and readsXml would with it.
    assertThat(JobPlist.read("job.plist", plist(KEYS)).label()).isEqualTo("org.example.job");
    refused(ErrorCode.PLIST_VALUE, plist(KEYS.replace("org.example.job", "&undeclared;")));
  }

  @Test
  void refusesDepthSizeAndRoots() throws IOException {
    String deep = "<array>".repeat(40) + "</array>".repeat(40);
    assertThat(refused(ErrorCode.PLIST_VALUE, plist(KEYS + "<key>Nice</key>" + deep)))
        .contains("deeper");
    NSObject nested = new NSString("x");
    for (int i = 0; i < 3000; i++) {
      nested = new NSArray(nested);
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    BinaryPropertyListWriter.write(nested, out);
    assertThat(refused(ErrorCode.PLIST_VALUE, out.toByteArray())).contains("deeper");
    refused(ErrorCode.PLIST_VALUE, new byte[PropertyList.MAX_BYTES + 1]);
    refused(ErrorCode.PLIST_VALUE, plist("<key>a</key><true/>".repeat(12_000)));
    refused(ErrorCode.PLIST_VALUE, new byte[0]);
    refused(
        ErrorCode.PLIST_VALUE,
        "<plist version=\"1.0\"><array/></plist>".getBytes(StandardCharsets.UTF_8));
    refused(ErrorCode.PLIST_VALUE, "{ Label = x; }".getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void refusesBinaryListsThatContainThemselvesOrMultiply() {
    byte[] selfish = binary(new byte[][] {{(byte) 0xa1, 0}});
    assertThat(refused(ErrorCode.PLIST_VALUE, selfish)).contains("deeper");
    byte[][] objects = new byte[20][];
    for (int i = 0; i < 19; i++) {
      byte next = (byte) (i + 1);
      objects[i] = new byte[] {(byte) 0xa4, next, next, next, next};
    }
    objects[19] = new byte[] {0x09};
    assertThat(refused(ErrorCode.PLIST_VALUE, binary(objects))).contains("values");
  }

  private static byte[] binary(byte[][] objects) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes("bplist00".getBytes(StandardCharsets.US_ASCII));
    byte[] table = new byte[objects.length];
    for (int i = 0; i < objects.length; i++) {
      table[i] = (byte) out.size();
      out.writeBytes(objects[i]);
    }
    int at = out.size();
    out.writeBytes(table);
    out.writeBytes(new byte[] {0, 0, 0, 0, 0, 0, 1, 1});
    out.writeBytes(new byte[] {0, 0, 0, 0, 0, 0, 0, (byte) objects.length});
    out.writeBytes(new byte[8]);
    out.writeBytes(new byte[] {0, 0, 0, 0, 0, 0, 0, (byte) at});
    return out.toByteArray();
  }

  @Test
  void damagedListsAreReadOrRefused() throws Exception {
    Random random = new Random(5);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    BinaryPropertyListWriter.write(PropertyListParser.parse(plist(KEYS)), out);
    int refusedCount = 0;
    for (byte[] good : new byte[][] {out.toByteArray(), plist(KEYS)}) {
      for (int i = 0; i < 1500; i++) {
        byte[] bytes = good.clone();
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
        try {
          JobPlist.read("job.plist", bytes);
        } catch (PortunusException expected) {
          refusedCount++;
        }
      }
    }
    assertThat(refusedCount).as("seed 5").isGreaterThan(1000);
  }

  @Test
  void looksAtOwnerModeAndKindOfTheFile(@TempDir Path folder) throws Exception {
    Path file = Files.write(folder.resolve("a.plist"), plist(KEYS));
    int me = (int) Files.getAttribute(file, "unix:uid");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    Files.createSymbolicLink(folder.resolve("link.plist"), file);
    Files.createDirectory(folder.resolve("dir.plist"));
    try (Descriptor jobs = Descriptor.open(folder, OpenFlag.DIRECTORY, 0)) {
      assertThat(JobPlist.open(jobs, "a.plist", Set.of(me)).label()).isEqualTo("org.example.job");
      refusedFile(jobs, "a.plist", Set.of(me + 1), "its owner is");
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-r--"));
      refusedFile(jobs, "a.plist", Set.of(me), "may write it");
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r---w-"));
      refusedFile(jobs, "a.plist", Set.of(me), "may write it");
      refusedFile(jobs, "link.plist", Set.of(me), "can't be read");
      refusedFile(jobs, "dir.plist", Set.of(me), "no regular file");
      refusedFile(jobs, "none.plist", Set.of(me), "can't be read");
    }
  }

  private static void refusedFile(Descriptor jobs, String name, Set<Integer> owners, String why) {
    assertThatExceptionOfType(PortunusException.class)
        .isThrownBy(() -> JobPlist.open(jobs, name, owners))
        .withMessageContaining(why)
        .withMessageContaining(name)
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.PLIST_VALUE));
  }

  @Test
  void effectiveLimitsAreTheSmallerOnes() {
    OptionalInt none = OptionalInt.empty();
    LimitKeys silent = new LimitKeys(none, none, none, none, none, none, none);
    assertThat(LimitKeys.effective(silent, silent)).isEqualTo(LimitKeys.BUILT_IN);
    LimitKeys large =
        new LimitKeys(
            OptionalInt.of(512),
            OptionalInt.of(1024),
            OptionalInt.of(200),
            OptionalInt.of(900),
            OptionalInt.of(100),
            OptionalInt.of(60_000),
            OptionalInt.of(500));
    assertThat(LimitKeys.effective(large, silent))
        .isEqualTo(new LaunchRecord.Limits(64, 256, 64, 300, 64, 30_000, 500));
    assertThat(LimitKeys.effective(silent, large))
        .isEqualTo(new LaunchRecord.Limits(64, 256, 64, 300, 64, 30_000, 500));
    assertThat(LimitKeys.effective(large, large))
        .isEqualTo(new LaunchRecord.Limits(512, 1024, 200, 900, 100, 60_000, 500));
    LimitKeys bigHeap = new LimitKeys(OptionalInt.of(512), none, none, none, none, none, none);
    assertThat(LimitKeys.effective(bigHeap, bigHeap).heapMiB()).isEqualTo(256);
  }

  @Test
  void effectiveQosIsTheLessUrgentOne() {
    QosKeys urgent =
        new QosKeys(Optional.of(Qos.USER_INITIATED), Optional.of(Qos.USER_INTERACTIVE));
    QosKeys slow = new QosKeys(Optional.of(Qos.BACKGROUND), Optional.of(Qos.UTILITY));
    assertThat(QosKeys.effective(QosKeys.SILENT, QosKeys.SILENT)).isEqualTo(QosGrant.STANDARD);
    assertThat(QosKeys.effective(urgent, QosKeys.SILENT)).isEqualTo(QosGrant.STANDARD);
    assertThat(QosKeys.effective(urgent, urgent))
        .isEqualTo(new QosGrant(Qos.USER_INITIATED, Qos.USER_INTERACTIVE));
    assertThat(QosKeys.effective(slow, urgent))
        .isEqualTo(new QosGrant(Qos.BACKGROUND, Qos.UTILITY));
    QosKeys low = new QosKeys(Optional.empty(), Optional.of(Qos.MAINTENANCE));
    assertThat(QosKeys.effective(low, urgent))
        .isEqualTo(new QosGrant(Qos.MAINTENANCE, Qos.MAINTENANCE));
  }
}
