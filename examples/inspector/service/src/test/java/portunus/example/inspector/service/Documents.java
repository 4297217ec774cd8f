// SPDX-License-Identifier: Apache-2.0
package portunus.example.inspector.service;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.portunus.system.xpc.FileRight;
import portunus.example.inspector.InspectionFailed;
import portunus.example.inspector.Options;
import portunus.example.inspector.Report;
import portunus.example.inspector.UnsupportedDocument;

/** Gives documents to an inspector in this process. */
final class Documents {
  private Documents() {}

  static Report inspect(Path folder, byte[] content, Options options)
      throws IOException, UnsupportedDocument, InspectionFailed {
    Path file = Files.write(folder.resolve("document"), content);
    try (FileRight right = FileRight.open(file)) {
      return new Inspector().inspect(right, options, (stage, done, total) -> {});
    }
  }

  static Report inspect(Path folder, byte[] content)
      throws IOException, UnsupportedDocument, InspectionFailed {
    return inspect(folder, content, Options.standard());
  }

  static Report inspect(Path folder, String text)
      throws IOException, UnsupportedDocument, InspectionFailed {
    return inspect(folder, text.getBytes(StandardCharsets.UTF_8));
  }
}
