// SPDX-License-Identifier: Apache-2.0
package org.portunus.linux.entry;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.portunus.linux.arch.Call;
import org.portunus.linux.arch.Layouts.ResourceLimit;
import org.portunus.linux.arch.Layouts.SocketFilter;
import org.portunus.linux.arch.OpenFlag;
import org.portunus.linux.call.Errno;
import org.portunus.linux.file.DescriptorRange;
import org.portunus.linux.landlock.FileAccess;
import org.portunus.linux.landlock.Ruleset;
import org.portunus.linux.landlock.RulesetAttributes;
import org.portunus.linux.process.ThisProcess;
import org.portunus.linux.seccomp.FilterProgram;
import org.portunus.linux.seccomp.Seccomp;

/**
 * The system calls that a launch entry performs, in order, the last being an execve. A row that
 * fails ends the launch: the entry writes an {@link EntryFailure} and exits; a tolerated error is
 * passed over.
 *
 * <p>Order matters and is the caller's: groups and gid before uid, uid before no_new_privs and
 * Landlock where mounts are made, the filter last, and a filter must allow its own execve, and
 * write and exit_group for the report.
 */
public final class EntryTable {
  /** The most rows a table holds. */
  public static final int MAXIMUM_ROWS = 1000;

  private final int report;
  private final List<EntryRow> rows = new ArrayList<>();
  private final List<EntryData> data = new ArrayList<>();

  private EntryTable(int report) {
    this.report = report;
  }

  /**
   * An empty table.
   *
   * @param descriptor the number, inside the new process, that failures are written to
   */
  public static EntryTable reportingTo(int descriptor) {
    return new EntryTable(descriptor);
  }

  /** Adds any system call whose failure ends the launch, and returns its result's name. */
  public EntryValue call(Call call, EntryValue... arguments) {
    return add(new EntryRow(call, List.of(arguments), Optional.empty()));
  }

  /** Adds a system call that may fail with this one error; its result is then -1. */
  public EntryValue callTolerating(Errno tolerated, Call call, EntryValue... arguments) {
    return add(new EntryRow(call, List.of(arguments), Optional.of(tolerated)));
  }

  private EntryValue add(EntryRow row) {
    if (rows.size() == MAXIMUM_ROWS) {
      throw new IllegalStateException("an entry has at most " + MAXIMUM_ROWS + " rows");
    }
    if (isComplete()) {
      throw new IllegalStateException("nothing follows an execve");
    }
    rows.add(row);
    return new EntryValue.Result(rows.size() - 1);
  }

  /** Adds data. */
  public EntryData data(byte[] bytes) {
    EntryData added = new EntryData(bytes);
    data.add(added);
    return added;
  }

  /** Adds a string, UTF-8 with a final NUL. */
  public EntryValue text(String text) {
    if (text.indexOf(0) >= 0) {
      throw new IllegalArgumentException("a C string holds no NUL");
    }
    return data((text + "\0").getBytes(StandardCharsets.UTF_8)).address();
  }

  /** Adds an array of strings with a final null pointer. */
  public EntryValue vector(List<String> strings) {
    EntryData vector = data(new byte[Long.BYTES * (strings.size() + 1)]);
    for (int i = 0; i < strings.size(); i++) {
      vector.put(Long.BYTES * i, text(strings.get(i)));
    }
    return vector.address();
  }

  /** Real, effective and saved gid and uid, without other groups: three rows, in the safe order. */
  public EntryTable identity(int uid, int gid) {
    call(Call.SETGROUPS, EntryValue.of(0), EntryValue.of(0));
    EntryValue group = EntryValue.of(gid);
    call(Call.SETRESGID, group, group, group);
    EntryValue user = EntryValue.of(uid);
    call(Call.SETRESUID, user, user, user);
    return this;
  }

  /** {@code prctl} with one argument; options stand in {@link ThisProcess}. */
  public EntryTable control(int option, long value) {
    EntryValue zero = EntryValue.of(0);
    call(Call.PRCTL, EntryValue.of(option), EntryValue.of(value), zero, zero, zero);
    return this;
  }

  /** no_new_privs, needed before Landlock and the filter. */
  public EntryTable noNewPrivileges() {
    return control(ThisProcess.PR_SET_NO_NEW_PRIVS, 1);
  }

  /** Both limits of a resource, in its unit. */
  public EntryTable limit(org.portunus.linux.process.ResourceLimit resource, long soft, long hard) {
    byte[] pair =
        ByteBuffer.allocate(ResourceLimit.SIZE)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(ResourceLimit.SOFT, soft)
            .putLong(ResourceLimit.HARD, hard)
            .array();
    call(
        Call.PRLIMIT64,
        EntryValue.of(0),
        EntryValue.of(resource.number()),
        data(pair).address(),
        EntryValue.of(0));
    return this;
  }

  /** Opens an existing file close-on-exec, and returns the descriptor's name. */
  public EntryValue open(String path, int flags) {
    return call(
        Call.OPENAT,
        EntryValue.of(OpenFlag.CURRENT_DIRECTORY),
        text(path),
        EntryValue.of(flags | OpenFlag.CLOSE_ON_EXEC),
        EntryValue.of(0));
  }

  /** Writes a short text to an existing file such as cgroup.procs, in one write. */
  public EntryTable write(String path, String content) {
    EntryValue file = open(path, OpenFlag.WRITE_ONLY);
    byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
    call(Call.WRITE, file, data(bytes).address(), EntryValue.of(bytes.length));
    call(Call.CLOSE, file);
    return this;
  }

  /** mount(2); an empty source, type or option string is passed as it is. */
  public EntryTable mount(String source, String target, String type, long flags, String options) {
    call(Call.MOUNT, text(source), text(target), text(type), EntryValue.of(flags), text(options));
    return this;
  }

  /**
   * What is open from {@code first} to {@code last} is closed, close_range(2); without the report's
   * descriptor a later failure has only its exit code. -1 as the last means all.
   */
  public EntryTable closeRange(int first, int last) {
    call(
        Call.CLOSE_RANGE,
        EntryValue.of(Integer.toUnsignedLong(first)),
        EntryValue.of(Integer.toUnsignedLong(last)),
        EntryValue.of(0));
    return this;
  }

  /**
   * What is open from {@code first} to {@code last} is marked close-on-exec: for the report's
   * descriptor, which must last until the execve and not longer.
   */
  public EntryTable closeRangeOnExecute(int first, int last) {
    call(
        Call.CLOSE_RANGE,
        EntryValue.of(Integer.toUnsignedLong(first)),
        EntryValue.of(Integer.toUnsignedLong(last)),
        EntryValue.of(DescriptorRange.CLOSE_ON_EXECUTE));
    return this;
  }

  /** Duplicates a descriptor onto another number, which stays open across the execve, dup2(2). */
  public EntryTable move(int from, int to) {
    call(Call.DUP2, EntryValue.of(from), EntryValue.of(to));
    return this;
  }

  /**
   * Makes a ruleset, allows the accesses below each path that exists, and restricts itself. For a
   * path that is no directory name only {@link FileAccess#ofFiles}: EINVAL otherwise.
   */
  public EntryTable landlock(RulesetAttributes attributes, Map<String, Set<FileAccess>> allowed) {
    byte[] bytes = attributes.toBytes();
    EntryValue ruleset =
        call(
            Call.LANDLOCK_CREATE_RULESET,
            data(bytes).address(),
            EntryValue.of(bytes.length),
            EntryValue.of(0));
    allowed.forEach((path, accesses) -> allowBeneath(ruleset, attributes, path, accesses));
    call(Call.LANDLOCK_RESTRICT_SELF, ruleset, EntryValue.of(0));
    return this;
  }

  private void allowBeneath(
      EntryValue ruleset, RulesetAttributes attributes, String path, Set<FileAccess> accesses) {
    EntryValue parent =
        callTolerating(
            Errno.ENOENT,
            Call.OPENAT,
            EntryValue.of(OpenFlag.CURRENT_DIRECTORY),
            text(path),
            EntryValue.of(OpenFlag.PATH | OpenFlag.CLOSE_ON_EXEC),
            EntryValue.of(0));
    EntryData rule = data(attributes.pathBeneath(accesses, -1));
    // A path that is missing leaves -1 here, and the rule its EBADF.
    rule.put(RulesetAttributes.PARENT, parent);
    callTolerating(
        Errno.EBADF,
        Call.LANDLOCK_ADD_RULE,
        ruleset,
        EntryValue.of(Ruleset.RULE_PATH_BENEATH),
        rule.address(),
        EntryValue.of(0));
    callTolerating(Errno.EBADF, Call.CLOSE, parent);
  }

  /** Installs a filter on the entry, and so on what it executes. */
  public EntryTable filter(FilterProgram program) {
    EntryValue code = data(program.toBytes()).address();
    byte[] header =
        ByteBuffer.allocate(SocketFilter.PROGRAM_SIZE)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putShort(SocketFilter.PROGRAM_LENGTH, (short) program.length())
            .array();
    call(
        Call.SECCOMP,
        EntryValue.of(Seccomp.SET_MODE_FILTER),
        EntryValue.of(0),
        data(header).put(SocketFilter.PROGRAM_ADDRESS, code).address());
    return this;
  }

  /**
   * The last row.
   *
   * @param path the program as the new process sees it
   * @param arguments the whole argument vector
   * @param environment {@code NAME=value} each
   */
  public EntryTable execute(String path, List<String> arguments, List<String> environment) {
    call(Call.EXECVE, text(path), vector(arguments), vector(environment));
    return this;
  }

  /** A row as text, to explain a failure. */
  public String describe(int row) {
    return rows.get(row).text();
  }

  /** How many rows. */
  public int size() {
    return rows.size();
  }

  boolean isComplete() {
    return !rows.isEmpty() && rows.getLast().call() == Call.EXECVE;
  }

  int report() {
    return report;
  }

  List<EntryRow> rows() {
    return rows;
  }

  List<EntryData> data() {
    return data;
  }
}
