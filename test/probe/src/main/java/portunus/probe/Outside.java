// SPDX-License-Identifier: Apache-2.0
package portunus.probe;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.portunus.linux.arch.OpenFlag;
import org.portunus.linux.file.Descriptor;

/**
 * The control: makes the attempts of its standard input as an ordinary program, one result a line.
 */
public final class Outside {
  private Outside() {}

  /** Argument: the file that the right is of. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    try (Descriptor right = Descriptor.open(Path.of(arguments[0]), OpenFlag.READ_ONLY, 0)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        System.out.println(Attempts.perform(line, right.raw()));
      }
    }
    System.exit(0);
  }
}
