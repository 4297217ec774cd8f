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
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
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
          attempt("name", () -> InetAddress.getByName("name.invalid.").isReachable(1));
          attempt("process", () -> new ProcessBuilder("/bin/true").start().waitFor());
          return got.toString().strip();
        }
      }
      """;

  /** Types that can't travel, each in another place. */
  private static final String WIDE =
      """
      package wide;
      import java.util.*;
      public interface Wide {
        String fine(String text, Set<String> words, Locale locale, String... more);
        void open(java.io.InputStream source);
        int[] numbers();
        Map<String, List<Object>> table(byte[] data);
        <T> T generic(Class<T> type);
        void checked() throws Odd;
        default String greet() { return "hello " + fine("you", Set.of(), Locale.ROOT); }
        class Odd extends Exception { public Odd(int code) { } }
        class Plain implements Wide {
          public String fine(String text, Set<String> words, Locale locale, String... more) {
            return text + words + locale + Arrays.asList(more);
          }
          public void open(java.io.InputStream source) { }
          public int[] numbers() { return new int[0]; }
          public Map<String, List<Object>> table(byte[] data) { return Map.of(); }
          public <T> T generic(Class<T> type) { return null; }
          public void checked() { }
        }
      }
      """;

  @TempDir static Path folder;
  private static PluginFolder plugins;
  private static Adapted codecs;
  private static Adapted greeting;
  private static Adapted spy;
  private static Adapted wide;
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
    wideJar =
        plugins.compiled(
            "Wide", WIDE, Map.of("META-INF/services/wide.Wide", "wide.Wide$Plain # ours\n"));
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
    awaitLog(refused, "kind=network", "name.invalid");
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
      type.getField("port").set(null, ((InetSocketAddress) open.getLocalAddress()).getPort());
      assertThat((String) invoke(type.getConstructor().newInstance(), "saySomething"))
          .contains("read", "stream", "write", "list", "exists ", "socket", "channel", "server")
          .contains("datagram", "process")
          .doesNotContain("-no");
    }
  }

  @Test
  void whatCantBeCarriedIsToldWithMethodAndType() {
    assertThatThrownBy(
            () -> plugins.adapt(Framework.SERVICE_LOADER, "wide.Wide", "test.refused", wideJar))
        .isInstanceOfSatisfying(
            PortunusException.class,
            refused -> assertThat(refused.code()).isEqualTo(ErrorCode.PLUGIN))
        .hasMessageContaining("wide.Wide: ")
        .hasMessageContaining("generic(java.lang.Class<T>): a generic method can't be carried")
        .hasMessageContaining("checked(): the exception type wide.Wide.Odd can't be carried");
    assertThatThrownBy(() ->
            plugins.adapt(
                Framework.SERVICE_LOADER,
                "wide.Wide",
                "test.refused",
                Set.of("generic", "checked"),
                Observation.ON,
                wideJar))
        .isInstanceOf(PortunusException.class)
        .hasMessageContaining(
            "open(java.io.InputStream), source: type java.io.InputStream can't travel in a call")
        .hasMessageContaining("numbers(), result: of arrays only byte[] can travel, not int[]")
        .hasMessageContaining(
            "table(byte[]), result[value][]: type java.lang.Object can't travel in a call");
    assertThat(plugins.out().resolve("bundles/test.refused.xpc")).doesNotExist();
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

  @Test
  void wrongRequestsSayWhatIsWrong() {
    assertRefused(ErrorCode.PLUGIN, "nothing.Here is in none of the jars", "nothing.Here", CODECS);
    assertRefused(
        ErrorCode.PLUGIN, "the jars name no plug-in", "java.lang.Runnable", CODECS, CODEC_API);
    assertRefused(ErrorCode.PLUGIN, "is a class", "java.nio.charset.spi.CharsetProvider", CODECS);
    assertRefused(ErrorCode.USAGE, "is no jar", "java.lang.Runnable", folder);
  }

  private static void assertRefused(ErrorCode code, String text, String point, Path... jars) {
    assertThatThrownBy(() -> plugins.adapt(Framework.SERVICE_LOADER, point, "test.refused", jars))
        .isInstanceOfSatisfying(
            PortunusException.class, refused -> assertThat(refused.code()).isEqualTo(code))
        .hasMessageContaining(text);
  }
}
