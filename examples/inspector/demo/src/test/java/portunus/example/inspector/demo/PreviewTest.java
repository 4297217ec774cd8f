// SPDX-License-Identifier: Apache-2.0
package portunus.example.inspector.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.portunus.system.xpc.FileRight;
import org.portunus.system.xpc.Instance;
import org.portunus.system.xpc.ServiceConnection;
import org.portunus.tool.instance.Installation;
import org.portunus.tool.instance.PrivateInstance;
import portunus.example.inspector.DocumentInspector;
import portunus.example.inspector.DocumentInspectorXpc;
import portunus.example.inspector.Options;
import portunus.example.inspector.Report;
import portunus.example.inspector.Size;

/** The first page of every PDF of the corpus, drawn in a sandbox and by another program. */
class PreviewTest {
  private static final Path CORPUS =
      Path.of(System.getProperty("portunus.home", "../../.."), "examples/inspector/corpus");
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** Of 255: programs smooth the edges of letters differently. */
  private static final double MOST_DIFFERENCE = 8;

  private static final int SIDE = 128;

  @Test
  void aSandboxDrawsPagesAsAnotherProgramDoes() throws Exception {
    Path dist = Path.of(System.getProperty("portunus.dist", "../../../target/dist"));
    Installation installation =
        new Installation(Path.of(System.getProperty("java.home")), dist.toAbsolutePath());
    try (PrivateInstance instance = PrivateInstance.start(installation);
        Instance client = Instance.connect(instance.socket());
        ServiceConnection<DocumentInspector> service = client.open(DocumentInspectorXpc.TYPE)) {
      DocumentInspector inspector = service.proxy(PATIENCE);
      List<String> differences = new ArrayList<>();
      for (Path reference : references()) {
        String name = reference.getFileName().toString().replaceFirst("\\.png$", "");
        Path document = CORPUS.resolve("real").resolve(name);
        Report drawn = inspect(inspector, document, Options.standard().withPagePreview(SIDE));
        BufferedImage expected = ImageIO.read(reference.toFile());
        BufferedImage actual =
            ImageIO.read(new ByteArrayInputStream(drawn.previewPng().orElseThrow()));
        assertThat(size(actual)).as(name).isEqualTo(size(expected));
        double difference = Expected.meanDifference(expected, actual);
        System.out.printf("%s differs by %.1f of 255%n", name, difference);
        if (difference > MOST_DIFFERENCE || isBlank(actual)) {
          differences.add(name + " by " + difference);
        }
      }
      assertThat(differences).isEmpty();
      Report plain = inspect(inspector, CORPUS.resolve("real/europe.pdf"), Options.standard());
      assertThat(plain.previewPng()).as("not asked for").isEmpty();
    }
  }

  private static List<Path> references() throws IOException {
    try (Stream<Path> files = Files.list(CORPUS.resolve("pages"))) {
      List<Path> all = files.sorted().toList();
      assertThat(all).hasSizeGreaterThan(10);
      return all;
    }
  }

  private static Report inspect(DocumentInspector inspector, Path document, Options options)
      throws Exception {
    try (FileRight right = FileRight.open(document)) {
      return inspector.inspect(right, options, (stage, done, total) -> {});
    }
  }

  private static Size size(BufferedImage image) {
    return new Size(image.getWidth(), image.getHeight());
  }

  private static boolean isBlank(BufferedImage image) {
    BufferedImage white =
        new BufferedImage(image.getWidth(), image.getHeight(), BufferedImage.TYPE_INT_RGB);
    white.createGraphics().fillRect(0, 0, image.getWidth(), image.getHeight());
    return Expected.meanDifference(white, image) == 0;
  }
}
