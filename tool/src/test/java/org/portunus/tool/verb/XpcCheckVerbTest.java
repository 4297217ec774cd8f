// SPDX-License-Identifier: Apache-2.0
package org.portunus.tool.verb;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.classfile.ClassFile;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.portunus.interfaces.launchd.LaunchControlXpc;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The verb on real and on made-up interfaces: folders, jars and bundles. */
class XpcCheckVerbTest {
  private static final String OLD =
      """
      portunus-description-1
      interface a.service Sample
       1 put(o:#1) -> #2
       2 gone() -> void
      record O
       a:int
      enum K
       A
      """;
  private static final String NEW =
      """
      portunus-description-1
      interface a.service Sample
       1 put(options:#1) -> #2
       3 more() -> void
      record Options
       a:int
       b?:list<string>
      enum K
       A
       B
      """;

  @TempDir Path folder;

  @Test
  void aRealInterfaceFitsItself() throws Exception {
    String interfaces = built().toString();
    CapturedRun run = CapturedRun.of("xpc", "check", interfaces, interfaces);
    assertThat(run.status()).as(run.err()).isZero();
    assertThat(run.out()).isEqualTo("no change: old and new work together\n");
  }

  private static Path built() throws URISyntaxException {
    return Path.of(
        LaunchControlXpc.class.getProtectionDomain().getCodeSource().getLocation().toURI());
  }

  @Test
  void eachChangeIsToldInBothDirections() throws Exception {
    CapturedRun run = check(classes("old", OLD), jar("new.jar", NEW));
    assertThat(run.status()).isEqualTo(1);
    assertThat(run.out().lines().map(line -> line.replaceAll(" {2,}", "  ")))
        .containsExactly(
            "verdict  old client, new service  new client, old service  where  change",
            "incompatible  error when used  works  a.service gone  method 2 is only in the old"
                + " interface",
            "compatible  works  error when used  a.service more  method 3 is only in the new"
                + " interface",
            "compatible  default  left out  a.service put.options  component b of record Options is"
                + " only in the new interface",
            "compatible  error when used  works  a.service put.result  constant B of enum K is only"
                + " in the new interface");
  }

  @Test
  void asJsonWithTheSameStatus() throws Exception {
    Path bundle = folder.resolve("New.xpc");
    Files.createDirectories(bundle.resolve("Contents/Java"));
    Files.move(jar("new.jar", NEW), bundle.resolve("Contents/Java/code.jar"));
    CapturedRun run =
        CapturedRun.of(
            "xpc", "check", classes("old", OLD).toString(), bundle.toString(), "--json", "-");
    JsonNode report = JsonMapper.builder().build().readTree(run.out());
    assertThat(run.status()).isEqualTo(1);
    assertThat(report.get("compatible").booleanValue()).isFalse();
    assertThat(report.get("changes").size()).isEqualTo(4);
    assertThat(report.get("changes").get(0).get("oldClient").stringValue())
        .isEqualTo("error when used");
  }

  @Test
  void additionsAloneAreFine() throws Exception {
    String added = NEW.replace(" 3 more", " 2 gone() -> void\n 3 more");
    assertThat(check(classes("old", OLD), classes("new", added)).status()).isZero();
  }

  @Test
  void aServiceThatIsGoneIsIncompatible() throws Exception {
    CapturedRun run =
        check(classes("old", OLD), classes("new", NEW.replace("a.service", "b.service")));
    assertThat(run.status()).isEqualTo(1);
    assertThat(run.out())
        .contains("a.service @Service", "only in the old", "b.service @Service", "only in the new");
  }

  @Test
  void whatIsNoInterfaceIsWrongUse() throws Exception {
    Path empty = Files.createDirectory(folder.resolve("empty"));
    Path damaged = Files.createDirectory(folder.resolve("damaged"));
    Files.write(damaged.resolve("AXpc$Type.class"), new byte[] {1, 2, 3});
    Path old = classes("old", OLD);
    for (Path wrong :
        new Path[] {
          empty,
          damaged,
          folder.resolve("absent"),
          classes("hostile", OLD.replace("int", "int\u202e")),
          classes("undescribed", "something else")
        }) {
      CapturedRun run = check(old, wrong);
      assertThat(run.status()).isEqualTo(2);
      assertThat(run.err()).startsWith("portunus: usage: ").contains("fix:");
    }
  }

  private static CapturedRun check(Path before, Path after) {
    return CapturedRun.of("xpc", "check", before.toString(), after.toString());
  }

  private Path classes(String name, String description) throws IOException {
    Path home = Files.createDirectories(folder.resolve(name).resolve("a"));
    Files.write(home.resolve("SampleXpc$Type.class"), type(description));
    return folder.resolve(name);
  }

  private Path jar(String name, String description) throws IOException {
    Path jar = folder.resolve(name);
    try (OutputStream out = Files.newOutputStream(jar);
        JarOutputStream entries = new JarOutputStream(out)) {
      entries.putNextEntry(new JarEntry("a/SampleXpc$Type.class"));
      entries.write(type(description));
    }
    return jar;
  }

  /** A class as the processor writes it: what matters is the string that it returns. */
  private static byte[] type(String description) {
    return ClassFile.of()
        .build(
            ClassDesc.of("a.SampleXpc$Type"),
            type ->
                type.withMethodBody(
                    "description",
                    MethodTypeDesc.ofDescriptor("()Ljava/lang/String;"),
                    ClassFile.ACC_PUBLIC,
                    code -> code.loadConstant(description).areturn()));
  }
}
