// SPDX-License-Identifier: Apache-2.0
package org.portunus.abi.wire;

import org.portunus.abi.identity.CodeIdentity;

/**
 * Who sent a message, as the kernel knows it: the eight words of XNU's audit token, then the task's
 * number and its code identity (32 zero bytes for a program outside any bundle).
 *
 * @param pid 0 for a program outside the instance
 * @param session audit session: 0 inside the instance, else one for each outside program
 * @param pidVersion grows by one for each task, so a reused pid is told apart
 * @param task counter of the sender's TaskId
 */
public record AuditToken(
    int auid,
    int euid,
    int egid,
    int ruid,
    int rgid,
    int pid,
    int session,
    int pidVersion,
    long task,
    CodeIdentity code) {

  /** The same task with this code. */
  public AuditToken of(CodeIdentity newCode) {
    return new AuditToken(auid, euid, egid, ruid, rgid, pid, session, pidVersion, task, newCode);
  }

  public void write(WireWriter out) {
    out.i32(auid).i32(euid).i32(egid).i32(ruid).i32(rgid).i32(pid).i32(session).i32(pidVersion);
    out.i64(task).fixed(code.toBytes());
  }

  public static AuditToken read(WireReader in) throws MalformedFrameException {
    int auid = in.i32("auid");
    int euid = in.i32("euid");
    int egid = in.i32("egid");
    int ruid = in.i32("ruid");
    int rgid = in.i32("rgid");
    int pid = in.i32("pid");
    int session = in.i32("session");
    int version = in.i32("pid version");
    long task = in.i64("task");
    CodeIdentity code = CodeIdentity.ofBytes(in.fixed("code identity", CodeIdentity.BYTES));
    return new AuditToken(auid, euid, egid, ruid, rgid, pid, session, version, task, code);
  }
}
