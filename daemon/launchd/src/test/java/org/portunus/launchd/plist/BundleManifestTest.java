// SPDX-License-Identifier: Apache-2.0
package org.portunus.launchd.plist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.abi.wire.LaunchRecord.OfferedService;

class BundleManifestTest {
  private static final String INFO =
      """
      <plist version="1.0"><dict>
      <key>CFBundleIdentifier</key><string>org.example.inspector</string>
      <key>CFBundlePackageType</key><string>XPC!</string>
      <key>CFBundleVersion</key><string>1.0</string>
      <key>CFBundleName</key><string>whatever</string>
      <key>XPCService</key><dict><key>ServiceType</key><string>System</string></dict>
      <key>Portunus</key><dict>
        <key>Services</key><dict>
          <key>org.example.a</key><dict>
            <key>Type</key><string>x.AXpc</string>
            <key>Implementation</key><string>x.Real$A</string></dict>
          <key>org.example.b</key><dict>
            <key>Type</key><string>x.BXpc</string>
            <key>Implementation</key><string>x.B</string></dict></dict>
        <key>Modules</key><array><string>java.xml</string><string>java.desktop</string></array>
        <key>Heap</key><integer>96</integer>
      </dict></dict></plist>
      """;

  private static BundleManifest read(String text) {
    return BundleManifest.read("Info.plist", text.getBytes(StandardCharsets.UTF_8));
  }

  private static JobPlist job(String service) {
    return JobPlist.read(
        "job.plist",
        """
        <plist version="1.0"><dict><key>Label</key><string>j</string>
        <key>MachServices</key><dict><key>%s</key><true/></dict>
        <key>Portunus</key><dict><key>Bundle</key><string>b</string>
        <key>Heap</key><integer>80</integer></dict>
        </dict></plist>
        """
            .formatted(service)
            .getBytes(StandardCharsets.UTF_8));
  }

  private static final String HEAP = "<key>Heap</key>";

  private static String libraries(String list) {
    return INFO.replace(HEAP, "<key>NativeLibraries</key><array>" + list + "</array>" + HEAP);
  }

  @Test
  void nativeLibrariesNeedAGrant() {
    BundleManifest manifest = read(libraries("<string>liba.so</string><string>libb.so.1</string>"));
    assertThat(manifest.libraries()).containsExactly("liba.so", "libb.so.1");
    assertThatExceptionOfType(PortunusException.class)
        .isThrownBy(() -> manifest.filesUnder(job("org.example.a")))
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.NATIVE))
        .withMessageContaining("liba.so, libb.so.1");
    assertThat(read(INFO).filesUnder(job("org.example.a"))).isEmpty();
    String fonts = "<key>Fonts</key><array><string>a.ttf</string></array>" + HEAP;
    assertThat(read(INFO.replace(HEAP, fonts)).filesUnder(job("org.example.a")))
        .containsExactly("fonts/a.ttf", "fonts/fontconfig.properties");
  }

  @ParameterizedTest
  @CsvSource({"../liba.so", "a.so", "lib/a.so", "lib.so", "liba.so</string><string>liba.so"})
  void nativeLibrariesAreFileNames(String name) {
    assertThatExceptionOfType(PortunusException.class)
        .isThrownBy(() -> read(libraries("<string>" + name + "</string>")))
        .withMessageContaining("NativeLibraries");
  }

  @Test
  void readsWhatTheBundleAsksFor() {
    BundleManifest manifest = read(INFO);
    assertThat(manifest.identifier()).isEqualTo("org.example.inspector");
    assertThat(manifest.modules()).containsExactly("java.xml", "java.desktop");
    assertThat(manifest.services())
        .containsExactly(
            new OfferedService("org.example.a", "x.AXpc", "x.Real$A"),
            new OfferedService("org.example.b", "x.BXpc", "x.B"));
  }

  @Test
  void offersOnlyWhatTheJobNames() {
    BundleManifest manifest = read(INFO);
    assertThat(manifest.offeredTo(job("org.example.b")))
        .containsExactly(new OfferedService("org.example.b", "x.BXpc", "x.B"));
    assertThat(manifest.limitsUnder(job("org.example.b").grant()).heapMiB()).isEqualTo(64 + 16);
    assertThatExceptionOfType(PortunusException.class)
        .isThrownBy(() -> manifest.offeredTo(job("org.example.c")))
        .withMessageContaining("org.example.c")
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.BUNDLE));
  }

  @ParameterizedTest
  @CsvSource({
    "CFBundleIdentifier,Id,PLIST_VALUE,CFBundleIdentifier",
    "org.example.inspector,Org.Example,PLIST_VALUE,CFBundleIdentifier",
    "XPC!,APPL,PLIST_VALUE,CFBundlePackageType",
    "<key>Heap</key>,<key>Nope</key>,PLIST_KEY,Portunus/Nope",
    "<key>Type</key>,<key>Typ</key>,PLIST_KEY,Typ",
    "x.BXpc,x..B,PLIST_VALUE,Type",
    "x.BXpc,../B,PLIST_VALUE,Type",
    "java.xml,org.portunus.linux,PLIST_VALUE,Modules",
    "java.xml,ALL-MODULE-PATH,PLIST_VALUE,Modules",
    "java.xml,java.anamethatnojdkmodulehas,PLIST_VALUE,Modules",
    "<key>Portunus</key>,<key>P</key>,PLIST_VALUE,Portunus",
    "<key>Services</key>,<key>Modules2</key>,PLIST_KEY,Modules2",
    "org.example.b,b/c,PLIST_VALUE,b/c",
  })
  void refusesWrongAsks(String from, String to, ErrorCode code, String named) {
    assertThat(INFO).contains(from);
    assertThatExceptionOfType(PortunusException.class)
        .isThrownBy(() -> read(INFO.replace(from, to)))
        .withMessageContaining(named)
        .satisfies(e -> assertThat(e.code()).as(e.getMessage()).isEqualTo(code));
  }
}
