// SPDX-License-Identifier: Apache-2.0
package org.portunus.launchd;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.portunus.abi.error.PortunusException;
import org.portunus.launchd.plist.JobPlist;
import org.portunus.linux.arch.OpenFlag;
import org.portunus.linux.file.Descriptor;

class JobFolderTest {
  @TempDir private Path folder;
  private final List<String> refusals = new ArrayList<>();

  private void write(String file, String label, String service) throws IOException {
    String text =
        """
        <plist version="1.0"><dict><key>Label</key><string>%s</string>
        <key>MachServices</key><dict><key>%s</key><true/></dict>
        <key>Portunus</key><dict><key>Bundle</key><string>b</string></dict>
        </dict></plist>
        """
            .formatted(label, service);
    Path written = Files.writeString(folder.resolve(file), text);
    Files.setPosixFilePermissions(written, PosixFilePermissions.fromString("rw-r--r--"));
  }

  private List<String> labels() throws IOException {
    int me = (int) Files.getAttribute(folder, "unix:uid");
    try (Descriptor open = Descriptor.open(folder, OpenFlag.DIRECTORY, 0)) {
      return JobFolder.read(open, Set.of(me), (PortunusException e) -> refusals.add(e.getMessage()))
          .stream()
          .map(JobPlist::label)
          .toList();
    }
  }

  @Test
  void readsPlistsInOrderOfTheirNames() throws IOException {
    write("b.plist", "two", "s.two");
    write("a.plist", "one", "s.one");
    write("c.txt", "three", "s.three");
    assertThat(labels()).containsExactly("one", "two");
    assertThat(refusals).isEmpty();
  }

  @Test
  void oneBadFileDoesNotKeepTheOthersOut() throws IOException {
    Files.writeString(folder.resolve("a.plist"), "nonsense");
    Files.createSymbolicLink(folder.resolve("b.plist"), Path.of("/etc/passwd"));
    write("c.plist", "good", "s.good");
    assertThat(labels()).containsExactly("good");
    assertThat(refusals).hasSize(2).anyMatch(r -> r.contains("a.plist"));
  }

  @Test
  void namesAndLabelsBelongToTheFirst() throws IOException {
    write("a.plist", "one", "s.one");
    write("b.plist", "one", "s.two");
    write("c.plist", "three", "s.one");
    write("d.plist", "four", Launchd.CONTROL);
    write("e.plist", "five", "s.two");
    assertThat(labels()).containsExactly("one", "five");
    assertThat(refusals).hasSize(3);
  }
}
