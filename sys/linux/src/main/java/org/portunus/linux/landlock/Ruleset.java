// SPDX-License-Identifier: Apache-2.0
package org.portunus.linux.landlock;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Set;
import org.portunus.linux.arch.Call;
import org.portunus.linux.call.Errno;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.call.SystemCall;
import org.portunus.linux.file.Descriptor;

/**
 * A Landlock ruleset of this process, landlock(7). It binds the calling thread only, for good, and
 * what that thread starts: a JVM is bound before its exec, by the entry, not by itself.
 */
public final class Ruleset implements AutoCloseable {
  /** Rule type of {@code landlock_add_rule}, also for entry tables. */
  public static final int RULE_PATH_BENEATH = 1;

  private static final int RULE_NET_PORT = 2;
  private static final int CREATE_RULESET_VERSION = 1;
  private static final long BIND_TCP = 1;
  private static final long CONNECT_TCP = 2;

  private final Descriptor descriptor;
  private final RulesetAttributes attributes;

  private Ruleset(Descriptor descriptor, RulesetAttributes attributes) {
    this.descriptor = descriptor;
    this.attributes = attributes;
  }

  /** The kernel's ABI version, 0 when it has no Landlock or has it switched off. */
  public static int abi() throws LinuxException {
    long result = SystemCall.invoke(Call.LANDLOCK_CREATE_RULESET, 0, 0, CREATE_RULESET_VERSION);
    if (Errno.ENOSYS.is(result) || Errno.EOPNOTSUPP.is(result)) {
      return 0;
    }
    return (int) LinuxException.check("landlock_create_ruleset version", result);
  }

  /** A ruleset without rules, landlock_create_ruleset(2). */
  public static Ruleset create(RulesetAttributes attributes) throws LinuxException {
    byte[] bytes = attributes.toBytes();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment structure = arena.allocateFrom(ValueLayout.JAVA_BYTE, bytes);
      long result =
          SystemCall.invoke(Call.LANDLOCK_CREATE_RULESET, structure.address(), bytes.length, 0);
      return new Ruleset(
          Descriptor.own((int) LinuxException.check("landlock_create_ruleset", result)),
          attributes);
    }
  }

  /** Allows accesses to a file, or to all beneath a directory, landlock_add_rule(2). */
  public Ruleset allow(Descriptor beneath, Set<FileAccess> accesses) throws LinuxException {
    return add(RULE_PATH_BENEATH, attributes.pathBeneath(accesses, beneath.raw()));
  }

  /** Allows TCP connections to a port. */
  public Ruleset allowConnect(int port) throws LinuxException {
    return add(RULE_NET_PORT, portRule(CONNECT_TCP, port));
  }

  /** Allows TCP sockets to take a port. */
  public Ruleset allowBind(int port) throws LinuxException {
    return add(RULE_NET_PORT, portRule(BIND_TCP, port));
  }

  private static byte[] portRule(long access, int port) {
    MemorySegment rule = MemorySegment.ofArray(new long[] {access, port});
    return rule.toArray(ValueLayout.JAVA_BYTE);
  }

  private Ruleset add(int type, byte[] rule) throws LinuxException {
    try (Arena arena = Arena.ofConfined()) {
      LinuxException.check(
          "landlock_add_rule",
          SystemCall.invoke(
              Call.LANDLOCK_ADD_RULE,
              descriptor.raw(),
              type,
              arena.allocateFrom(ValueLayout.JAVA_BYTE, rule).address(),
              0));
      return this;
    }
  }

  /**
   * Binds the calling platform thread, landlock_restrict_self(2); it has set no_new_privs before.
   */
  public void restrictThread() throws LinuxException {
    LinuxException.check(
        "landlock_restrict_self",
        SystemCall.invoke(Call.LANDLOCK_RESTRICT_SELF, descriptor.raw(), 0));
  }

  @Override
  public void close() {
    descriptor.close();
  }
}
