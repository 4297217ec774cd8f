// SPDX-License-Identifier: Apache-2.0
import example.codecs.CompressionCodecCallsXpc;
import example.codecs.CompressionCodecProxy;
import example.greeting.TestExtensionPointCallsXpc;
import example.greeting.TestExtensionPointProxy;
import io.jsonwebtoken.CompressionCodec;
import io.jsonwebtoken.CompressionException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.pf4j.test.TestExtensionPoint;
import org.portunus.system.xpc.Instance;

/** Calls plug-ins by the interfaces that they were written for; they run in their sandboxes. */
public final class Caller {
  private Caller() {}

  public static void main(String[] arguments) {
    try (var instance = Instance.connect(Path.of(arguments[0]));
        var codecs =
            instance.open(CompressionCodecCallsXpc.TYPE, "example.codecs.gzipcompressioncodec");
        var greetings = instance.open(TestExtensionPointCallsXpc.TYPE)) {
      CompressionCodec codec = new CompressionCodecProxy(codecs.proxy());
      byte[] packed = codec.compress("good day, ".repeat(100).getBytes(StandardCharsets.UTF_8));
      System.out.printf(
          "%s: 1000 bytes, packed %s, unpacked %d%n",
          codec.getAlgorithmName(),
          packed.length < 1000 ? "smaller" : "larger",
          codec.decompress(packed).length);
      try {
        codec.decompress(new byte[] {1, 2, 3});
      } catch (CompressionException damaged) {
        System.out.println("damaged data: " + damaged.getMessage());
      }
      TestExtensionPoint greeting = new TestExtensionPointProxy(greetings.proxy());
      System.out.println(greeting.saySomething());
    }
  }
}
