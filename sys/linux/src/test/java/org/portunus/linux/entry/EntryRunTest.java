// SPDX-License-Identifier: Apache-2.0
package org.portunus.linux.entry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.portunus.linux.arch.Architecture;
import org.portunus.linux.arch.Call;
import org.portunus.linux.arch.OpenFlag;
import org.portunus.linux.call.Errno;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.landlock.FileAccess;
import org.portunus.linux.landlock.Ruleset;
import org.portunus.linux.landlock.RulesetAttributes;
import org.portunus.linux.process.ExitRecord.Outcome;
import org.portunus.linux.process.ResourceLimit;
import org.portunus.linux.process.Spawn;
import org.portunus.linux.process.ThisProcess;
import org.portunus.linux.seccomp.Action;
import org.portunus.linux.seccomp.FilterBuilder;

class EntryRunTest {
  private static final Outcome SUCCESS = new Outcome.Exited(0);

  private static EntryTable table() {
    return EntryTable.reportingTo(EntryRun.REPORT);
  }

  @Test
  void argumentsAndEnvironmentReachTheProgram() throws LinuxException {
    EntryRun run =
        EntryRun.of(
            table()
                .execute(
                    "/bin/sh", List.of("sh", "-c", "echo $A $0 $1", "x", "y"), List.of("A=b")));
    assertThat(run).isEqualTo(new EntryRun(SUCCESS, "b x y\n", run.failure()));
    assertThat(run.failure()).isEmpty();
  }

  @Test
  void limitsControlsAndFilesTakeEffect(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("f"), "");
    EntryTable table =
        table()
            .limit(ResourceLimit.OPEN_FILES, 33, 44)
            .noNewPrivileges()
            .control(ThisProcess.PR_SET_PDEATHSIG, 9)
            .write(file.toString(), "written");
    EntryRun run =
        EntryRun.of(
            EntryRun.shell(
                table, "ulimit -Sn; ulimit -Hn; grep NoNewPrivs /proc/self/status; cat " + file));
    assertThat(run.output()).isEqualTo("33\n44\nNoNewPrivs:\t1\nwritten");
  }

  @Test
  void descriptorsMoveAndClose() throws LinuxException {
    EntryTable table = table();
    EntryValue file = table.open("/etc/passwd", OpenFlag.READ_ONLY);
    table.call(Call.DUP3, file, EntryValue.of(20), EntryValue.of(0));
    table.move(20, 8).closeRange(9, -1);
    EntryRun run = EntryRun.of(EntryRun.shell(table, "ls /proc/$$/fd; head -c 4 <&8"));
    // 4 and 5 are the report and the image; the opened 3 was close-on-exec.
    assertThat(run.output()).isEqualTo("0\n1\n2\n4\n5\n8\nroot");
  }

  @Test
  void theReportLastsUntilTheExecveAndNoLonger() throws LinuxException {
    EntryTable failing = table().closeRangeOnExecute(3, -1);
    EntryRun failed = EntryRun.of(failing.execute("/nowhere", List.of("x"), List.of()));
    assertThat(failed.failure()).map(EntryFailure::row).contains(1);
    EntryRun run =
        EntryRun.of(EntryRun.shell(table().closeRangeOnExecute(3, -1), "ls /proc/$$/fd"));
    assertThat(run.output()).isEqualTo("0\n1\n2\n");
  }

  @Test
  void aFailingRowIsReportedWithIndexErrorAndCall() throws LinuxException {
    EntryTable table = table().noNewPrivileges();
    table.open("/nowhere/at/all", 0);
    EntryRun run = EntryRun.of(EntryRun.shell(table, "echo never"));
    assertThat(run.outcome()).isEqualTo(new Outcome.Exited(EntryFailure.EXIT_BASE + 1));
    assertThat(run.output()).isEmpty();
    assertThat(run.failure())
        .contains(new EntryFailure(1, Errno.ENOENT.number(), Call.OPENAT.number()));
  }

  @Test
  void aFailingExecveIsReportedToo() throws LinuxException {
    EntryRun run = EntryRun.of(table().execute("/nowhere", List.of("x"), List.of()));
    assertThat(run.outcome()).isEqualTo(new Outcome.Exited(EntryFailure.EXIT_BASE));
    assertThat(run.failure())
        .contains(new EntryFailure(0, Errno.ENOENT.number(), Call.EXECVE.number()));
  }

  @Test
  void theExitCodeOfALateRowStopsAt255() throws LinuxException {
    EntryTable table = table();
    for (int i = 0; i < 200; i++) {
      table.call(Call.GETPID);
    }
    EntryRun run = EntryRun.of(table.execute("/nowhere", List.of("x"), List.of()));
    assertThat(run.outcome()).isEqualTo(new Outcome.Exited(255));
    assertThat(run.failure()).map(EntryFailure::row).contains(200);
  }

  @Test
  void aToleratedErrorPassesAndLeavesNoDescriptor() throws LinuxException {
    EntryTable table = table();
    EntryValue missing =
        table.callTolerating(
            Errno.ENOENT,
            Call.OPENAT,
            EntryValue.of(-100),
            table.text("/nowhere/at/all"),
            EntryValue.of(0),
            EntryValue.of(0));
    table.call(Call.CLOSE, missing);
    EntryRun run = EntryRun.of(EntryRun.shell(table, "echo never"));
    assertThat(run.failure())
        .contains(new EntryFailure(1, Errno.EBADF.number(), Call.CLOSE.number()));
  }

  @Test
  void anotherErrorThanTheToleratedOneEndsTheLaunch() throws LinuxException {
    EntryTable table = table();
    table.callTolerating(Errno.ENOENT, Call.CLOSE, EntryValue.of(900));
    EntryRun run = EntryRun.of(EntryRun.shell(table, "echo never"));
    assertThat(run.failure()).map(EntryFailure::error).contains(Errno.EBADF.number());
  }

  @Test
  void identityChanges() throws LinuxException {
    assumeTrue(ThisProcess.effectiveUid() == 0, "changing the uid needs root");
    EntryRun run =
        EntryRun.of(
            EntryRun.shell(
                table().identity(61234, 61235), "grep -E '^([UG]id|Groups)' /proc/self/status"));
    assertThat(run.output())
        .isEqualTo(
            "Uid:\t61234\t61234\t61234\t61234\nGid:\t61235\t61235\t61235\t61235\nGroups:\t \n");
  }

  @Test
  void landlockBindsTheProgram(@TempDir Path folder) throws Exception {
    assumeTrue(Ruleset.abi() >= 1, "this kernel has no Landlock");
    Path secret = Files.writeString(folder.resolve("secret"), "secret");
    EntryRun run =
        EntryRun.of(
            EntryRun.shell(
                confined(),
                "cat "
                    + secret
                    + "; echo "
                    + secret.getFileName()
                    + " > "
                    + secret
                    + "; cat /usr/lib/os-release | head -c 6"));
    assertThat(run.failure()).isEmpty();
    assertThat(run.output()).contains("Permission denied").doesNotContain("secret\n");
    assertThat(run.output()).endsWith("PRETTY");
    assertThat(secret).hasContent("secret");
  }

  @Test
  void theFilterBindsTheProgram() throws LinuxException {
    EntryTable table =
        table()
            .noNewPrivileges()
            .filter(
                FilterBuilder.create(Architecture.current())
                    .otherwise(Action.ALLOW)
                    .refuse(Errno.EXDEV, Call.MKDIR, Call.MKDIRAT)
                    .kill(Call.GETPRIORITY)
                    .build());
    EntryRun run = EntryRun.of(EntryRun.shell(table, "mkdir /tmp/entry-test; nice; echo $?"));
    assertThat(run.failure()).isEmpty();
    assertThat(run.output()).contains("Invalid cross-device link").contains("159");
  }

  @Test
  void aFilterThatRefusesExecveIsReported() throws LinuxException {
    EntryTable table =
        table()
            .noNewPrivileges()
            .filter(
                FilterBuilder.create(Architecture.current())
                    .allow(Call.WRITE, Call.EXIT_GROUP)
                    .otherwise(Action.refuse(Errno.EACCES))
                    .build());
    EntryRun run = EntryRun.of(EntryRun.shell(table, "echo never"));
    assertThat(run.failure())
        .contains(new EntryFailure(2, Errno.EACCES.number(), Call.EXECVE.number()));
  }

  @Test
  void worksInsideBubblewrap() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/bwrap")), "bubblewrap is not installed");
    assumeTrue(Ruleset.abi() >= 1, "this kernel has no Landlock");
    Spawn spawn =
        Spawn.of(
            "/usr/bin/bwrap",
            List.of(
                "bwrap",
                "--unshare-all",
                "--die-with-parent",
                "--ro-bind",
                "/usr",
                "/usr",
                "--ro-bind",
                "/etc",
                "/etc",
                "--symlink",
                "usr/bin",
                "/bin",
                "--symlink",
                "usr/lib",
                "/lib",
                "--symlink",
                "usr/lib64",
                "/lib64",
                "--perms",
                "0555",
                "--ro-bind-data",
                "5",
                "/entry",
                "--",
                "/entry"));
    EntryTable table = confined().closeRange(3, -1);
    EntryRun run =
        EntryRun.run(
            spawn,
            EntryImage.emit(
                EntryRun.shell(table, "head -c 6 /usr/lib/os-release; cat /etc/passwd")));
    assertThat(run.output()).startsWith("PRETTY").contains("Permission denied");
    assertThat(run.failure()).isEmpty();
  }

  private static EntryTable confined() throws LinuxException {
    int abi = Ruleset.abi();
    Set<FileAccess> programs =
        EnumSet.of(FileAccess.EXECUTE, FileAccess.READ_FILE, FileAccess.READ_DIRECTORY);
    Map<String, Set<FileAccess>> allowed = new TreeMap<>(Map.of("/usr", programs));
    allowed.put("/bin", programs);
    allowed.put("/lib", programs);
    allowed.put("/lib64", programs);
    allowed.put("/nowhere", programs);
    return table().noNewPrivileges().landlock(RulesetAttributes.everything(abi), allowed);
  }
}
