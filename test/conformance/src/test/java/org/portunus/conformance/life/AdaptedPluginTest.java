// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.life;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.InvocationTargetException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLClassLoader;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.portunus.system.xpc.Instance;
import org.portunus.system.xpc.ServiceConnection;
import org.portunus.system.xpc.ServiceType;
import org.portunus.tool.adapt.AdaptRequest.Framework;
import org.portunus.tool.adapt.AdaptRequest.Observation;
import org.portunus.tool.adapt.Adapted;
import org.portunus.tool.instance.PrivateInstance;

/** Plug-ins that others published, their jars unchanged, and one of ours that means harm. */
class AdaptedPluginTest {
  private static final Path CODECS = PluginFolder.published("jjwt-impl-0.11.5.jar");
  private static final Path CODEC_API = PluginFolder.published("jjwt-api-0.11.5.jar");
  private static final Path GREETING = PluginFolder.published("pf4j-3.12.0-tests.jar");
  private static final Path PF4J = PluginFolder.published("pf4j-3.12.0.jar");
  private static final Path SLF4J = PluginFolder.published("slf4j-api-2.0.20.jar");
  private static final String POINT = "org.pf4j.test.TestExtensionPoint";

  /** Each attempt is swallowed; what succeeds is told. */
  private static final String SPY =
      """
      package spy;
      import java.io.*; import java.net.*; import java.nio.channels.*; import java.nio.file.*;
      public class Spy implements org.pf4j.test.TestExtensionPoint {
        private static final StringBuilder got = new StringBuilder();
        public static String target = "@CANARY@";
        public static int port = @PORT@;
        public static String host = "name.invalid.";
        interface Attempt { Object make() throws Exception; }
        private static void attempt(String what, Attempt attempt) {
          try { Object made = attempt.make(); got.append(what).append(made == Boolean.FALSE ? "-no " : " ");
          } catch (Exception | LinkageError swallowed) { }
        }
        public String saySomething() {
          got.setLength(0);
          attempt("read", () -> Files.readString(Path.of(target)));
          attempt("stream", () -> new FileInputStream(target).read());
          attempt("write", () -> Files.writeString(Path.of(target + ".written"), "x"));
          attempt("list", () -> Files.list(Path.of(target).getParent()).count());
          attempt("exists", () -> new File(target).exists());
          attempt("nio-exists", () -> Files.exists(Path.of(target)));
          attempt("socket", () -> { new Socket("127.0.0.1", port).close(); return 1; });
          attempt("channel", () -> { SocketChannel.open(new InetSocketAddress("127.0.0.1", port)).close(); return 1; });
          attempt("server", () -> { new ServerSocket(0).close(); return 1; });
          attempt("datagram", () -> { new DatagramSocket().close(); return 1; });
          attempt("name", () -> InetAddress.getByName(host).getHostName());
          attempt("process", () -> new ProcessBuilder("/bin/true").start().waitFor());
          return got.toString().strip();
        }
      }
      """;

  /** Has a class that starts it, and two extensions that tell whether it has, and how often. */
  private static final String STARTED =
      """
      package started;
      public class Starter extends org.pf4j.Plugin {
        static int starts;
        @Override public void start() { starts++; }
        public static class First implements org.pf4j.test.TestExtensionPoint {
          public String saySomething() { return "first " + starts; }
        }
        public static class Second implements org.pf4j.test.TestExtensionPoint {
          public String saySomething() { throw new IllegalStateException("second " + starts); }
        }
      }
      """;

  @TempDir static Path folder;
  private static PluginFolder plugins;
  private static Adapted codecs;
  private static Adapted greeting;
  private static Adapted spy;
  private static Adapted wide;
  private static Adapted started;
  private static Path spyJar;
  private static Path wideJar;
  private static Path canary;
  private static ServerSocketChannel server;
  private static PrivateInstance instance;
  private static Instance client;

  @BeforeAll
  static void start() throws Exception {
    plugins = new PluginFolder(folder);
    canary = Files.writeString(folder.resolve("canary"), "secret");
    server = ServerSocketChannel.open();
    server
        .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
        .configureBlocking(false);
    int port = ((InetSocketAddress) server.getLocalAddress()).getPort();
    spyJar =
        plugins.compiled(
            "Spy",
            SPY.replace("@CANARY@", canary.toString()).replace("@PORT@", Integer.toString(port)),
            Map.of("META-INF/extensions.idx", "# ours\nspy.Spy\n"),
            GREETING,
            PF4J);
    wideJar = AdaptRefusalTest.wide(plugins);
    Path startedJar =
        plugins.compiled(
            "Starter",
            STARTED,
            Map.of(
                "META-INF/extensions.idx",
                "started.Starter$First\nstarted.Starter$Second\n",
                "plugin.properties",
                "plugin.id=started\nplugin.class=started.Starter\n"),
            GREETING,
            PF4J,
            SLF4J);
    started =
        plugins.adapt(Framework.PF4J, POINT, "test.started", startedJar, GREETING, PF4J, SLF4J);
    codecs =
        plugins.adapt(
            Framework.SERVICE_LOADER,
            "io.jsonwebtoken.CompressionCodec",
            "test.codecs",
            CODECS,
            CODEC_API);
    greeting = plugins.adapt(Framework.PF4J, POINT, "test.greeting", GREETING, PF4J);
    spy = plugins.adapt(Framework.PF4J, POINT, "test.spy", spyJar, GREETING, PF4J);
    wide =
        plugins.adapt(
            Framework.SERVICE_LOADER,
            "wide.Wide",
            "test.wide",
            Set.of("open", "numbers()", "table", "generic", "checked"),
            Observation.OFF,
            wideJar);
    instance =
        PrivateInstance.start(
            LifeInstance.installation(),
            plugins.out().resolve("jobs"),
            plugins.out().resolve("bundles"),
            0);
    client = Instance.connect(instance.socket());
  }

  @AfterAll
  static void end() throws Exception {
    if (client != null) {
      client.close();
    }
    if (instance != null) {
      instance.close();
    }
    if (server != null) {
      server.close();
    }
  }

  /** What a program with the adapter's jar does, by reflection for want of its classes here. */
  private static <R> R with(
      Adapted adapted, String service, String simpleName, Call<R> call, Path... apis)
      throws Exception {
    Path[] jars = new Path[apis.length + 1];
    System.arraycopy(apis, 0, jars, 1, apis.length);
    jars[0] = adapted.client();
    try (URLClassLoader loader = PluginFolder.loader(jars)) {
      String made = service.split("\\.")[0] + "." + service.split("\\.")[1] + "." + simpleName;
      Class<?> calls = loader.loadClass(made + "Calls");
      ServiceType<?> type =
          (ServiceType<?>) loader.loadClass(made + "CallsXpc").getField("TYPE").get(null);
      try (ServiceConnection<?> connection = client.open(type, service)) {
        Object proxy =
            loader
                .loadClass(made + "Proxy")
                .getConstructor(calls)
                .newInstance(connection.proxy(Eventually.PATIENCE));
        return call.on(proxy);
      }
    }
  }

  private interface Call<R> {
    R on(Object plugin) throws Exception;
  }

  private static Object invoke(Object plugin, String method, Class<?> type, Object argument)
      throws Exception {
    return plugin.getClass().getMethod(method, type).invoke(plugin, argument);
  }

  private static Object invoke(Object plugin, String method) throws Exception {
    return plugin.getClass().getMethod(method).invoke(plugin);
  }

  @Test
  void aPublishedProviderOfServiceLoaderWorksForItsCaller() throws Exception {
    assertThat(codecs.services())
        .extracting(Adapted.Service::name)
        .containsExactlyInAnyOrder(
            "test.codecs.gzipcompressioncodec", "test.codecs.deflatecompressioncodec");
    byte[] text = "good day, good day, good day".getBytes(StandardCharsets.UTF_8);
    for (Adapted.Service service : codecs.services()) {
      with(
          codecs,
          service.name(),
          "CompressionCodec",
          codec -> {
            byte[] packed = (byte[]) invoke(codec, "compress", byte[].class, text);
            assertThat(packed).isNotEqualTo(text);
            assertThat((byte[]) invoke(codec, "decompress", byte[].class, packed)).isEqualTo(text);
            assertThat(service.name()).contains(name(codec));
            return codec;
          },
          CODEC_API);
    }
  }

  private static String name(Object codec) throws Exception {
    return invoke(codec, "getAlgorithmName").equals("GZIP") ? "gzip" : "deflate";
  }

  @Test
  void whatItsInterfaceDeclaresArrivesAsThatException() throws Exception {
    with(
        codecs,
        "test.codecs.gzipcompressioncodec",
        "CompressionCodec",
        codec -> {
          assertThatThrownBy(() -> invoke(codec, "decompress", byte[].class, new byte[] {1, 2, 3}))
              .isInstanceOf(InvocationTargetException.class)
              .cause()
              .satisfies(thrown ->
                  assertThat(thrown.getClass().getName())
                      .isEqualTo("io.jsonwebtoken.CompressionException"))
              .hasMessageContaining("decompress");
          return codec;
        },
        CODEC_API);
  }

  @Test
  void aPublishedExtensionOfPf4jWorksForItsCaller() throws Exception {
    assertThat(greeting.services())
        .extracting(Adapted.Service::provider)
        .containsExactly("org.pf4j.test.TestExtension");
    assertThat(say(greeting, "test.greeting")).isEqualTo("I am a test extension");
  }

  private static Object say(Adapted adapted, String service) throws Exception {
    return with(
        adapted,
        service,
        "TestExtensionPoint",
        plugin -> invoke(plugin, "saySomething"),
        GREETING,
        PF4J);
  }

  @Test
  void aPluginOfPf4jIsStartedOnceBeforeItsExtensions() throws Exception {
    assertThat(say(started, "test.started.starter_first")).isEqualTo("first 1");
    assertThatThrownBy(() -> say(started, "test.started.starter_second"))
        .cause()
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("second 1");
  }

  @Test
  void theirJarsAreUnchanged() throws Exception {
    for (Path jar : List.of(CODECS, CODEC_API)) {
      assertUnchanged(codecs, jar);
    }
    for (Path jar : List.of(GREETING, PF4J)) {
      assertUnchanged(greeting, jar);
    }
  }

  private static void assertUnchanged(Adapted adapted, Path jar) throws Exception {
    Path inBundle = adapted.bundle().resolve("Contents/Java").resolve(jar.getFileName());
    assertThat(Files.mismatch(jar, inBundle)).as(jar.toString()).isEqualTo(-1);
  }

  @Test
  void whatAPluginTriesWithFilesAndNetworkIsRefusedAndLogged() throws Exception {
    assertThat(say(spy, "test.spy")).isEqualTo("exists-no nio-exists-no");
    assertThat(server.accept()).as("nobody connected").isNull();
    assertThat(folder.resolve("canary.written")).doesNotExist();
    assertThat(Files.readString(canary)).isEqualTo("secret");

    String refused = "plugin.refused";
    awaitLog(refused, "kind=file", "NoSuchFileException: " + canary + "\"");
    awaitLog(refused, "kind=file", "FileNotFoundException: " + canary + " (");
    awaitLog(refused, "kind=file", canary + ".written");
    awaitLog(refused, "kind=file", "NoSuchFileException: " + folder + "\"");
    awaitLog("plugin.asked", "call=File.exists", "path=" + canary);
    awaitLog("plugin.asked", "call=Files.exists", "path=" + canary);
    awaitLog(refused, "kind=network", "UnknownHostException: name.invalid.");
    awaitLog(refused, "kind=process", "Operation not permitted");
    Eventually.until(
        "a line for each of the four sockets and the name", () -> count("kind=network") == 5);
  }

  private static long count(String text) {
    return lines().stream()
        .filter(line -> line.contains("test.spy[") && line.contains(text))
        .count();
  }

  private static List<String> lines() {
    try {
      return Files.readAllLines(instance.log());
    } catch (java.io.IOException failure) {
      throw new java.io.UncheckedIOException(failure);
    }
  }

  private static void awaitLog(String... texts) {
    Supplier<Boolean> found =
        () ->
            lines().stream()
                .anyMatch(line ->
                    line.contains(" test.spy[")
                        && List.of(texts).stream().allMatch(line::contains));
    try {
      Eventually.until("a line with " + List.of(texts), found::get);
    } catch (AssertionError none) {
      throw new AssertionError(none.getMessage() + " in " + String.join("\n", lines()), none);
    }
  }

  /** Without the sandbox the same class gets what it wants: the attempts are real. */
  @Test
  void theSamePluginSucceedsOutside() throws Exception {
    try (URLClassLoader loader = PluginFolder.loader(spyJar, GREETING, PF4J);
        ServerSocketChannel open = ServerSocketChannel.open()) {
      open.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      Path target = Files.writeString(folder.resolve("outside"), "open");
      Class<?> type = loader.loadClass("spy.Spy");
      type.getField("target").set(null, target.toString());
      type.getField("host").set(null, "localhost");
      type.getField("port").set(null, ((InetSocketAddress) open.getLocalAddress()).getPort());
      assertThat((String) invoke(type.getConstructor().newInstance(), "saySomething"))
          .contains("read", "stream", "write", "list", "exists ", "socket", "channel", "server")
          .contains("datagram", "process", "name")
          .doesNotContain("-no");
    }
  }

  @Test
  void whatWasLeftOutRefusesAtTheCallerAndTheRestWorks() throws Exception {
    assertThat(wide.omitted()).hasSize(5);
    assertThat(wide.local()).containsExactly("greet()");
    with(
        wide,
        "test.wide",
        "Wide",
        plugin -> {
          assertThat(invoke(plugin, "greet")).isEqualTo("hello you[][]");
          assertThatThrownBy(() -> invoke(plugin, "numbers"))
              .hasCauseInstanceOf(UnsupportedOperationException.class);
          assertThat(
                  plugin
                      .getClass()
                      .getMethod(
                          "fine", String.class, Set.class, java.util.Locale.class, String[].class)
                      .invoke(
                          plugin,
                          null,
                          Set.of("w"),
                          java.util.Locale.GERMANY,
                          new String[] {"x", "y"}))
              .isEqualTo("null[w]de_DE[x, y]");
          return plugin;
        },
        wideJar);
  }
}
