// SPDX-License-Identifier: Apache-2.0
package org.portunus.interfaces.launchd;

import java.util.List;
import org.portunus.system.xpc.MethodId;
import org.portunus.system.xpc.Service;

/**
 * The control service of launchd.
 *
 * <p>Only programs outside the sandboxes may give orders; a sandboxed task that tries gets
 * policy.denied.
 */
@Service("org.portunus.launchd.control")
public interface LaunchControl {
  /** Instance and jobs at this moment. */
  @MethodId(1)
  Status status();

  /** What the kernel holds at this moment. */
  @MethodId(2)
  InstanceCounts counts();

  /**
   * Starts the job now, also out of a throttle; nothing happens if it runs. Returns when the start
   * was asked for, not when the job is ready.
   *
   * @throws org.portunus.abi.error.PortunusException NAME_UNKNOWN for a label that no job has,
   *     LAUNCH_FAILED for a disabled job
   */
  @MethodId(3)
  void kick(String label);

  /**
   * Ends the job's task if it runs, in good order: it answers the calls it has, and is killed if
   * that takes longer than the job's ExitTimeOut, or at a second stop. The next demand starts it
   * again. Returns when the end was asked for.
   *
   * @throws org.portunus.abi.error.PortunusException NAME_UNKNOWN for a label that no job has
   */
  @MethodId(4)
  void stop(String label);

  /** The links at this moment, in the order of their connections. */
  @MethodId(5)
  List<Link> links();

  /**
   * Takes a link, or a relayed connection, from both of its sides: calls in flight and later ones
   * fail on either side with INVALID. Returns when the kernel has revoked it; who does not give it
   * up within 100 ms is ended.
   *
   * @throws org.portunus.abi.error.PortunusException INVALID if the connection has no link
   */
  @MethodId(6)
  void revokeLink(long connection);

  /**
   * Says how connections to a service are carried from now on. Connections that are direct when the
   * service becomes relayed end: calls in flight there are interrupted, and the next call connects
   * anew. What is relayed already stays so to its end.
   *
   * @return how many connections end for this
   * @throws org.portunus.abi.error.PortunusException NAME_UNKNOWN for a service that no job offers
   */
  @MethodId(7)
  int setRoute(String service, Route route);

  /** The services whose connections are relayed, in order of characters. */
  @MethodId(8)
  List<String> relayedServices();

  /**
   * What the tasks do and use. Services are asked what they did, and have a moment to say: the
   * answer takes some 20 milliseconds.
   */
  @MethodId(20)
  Load load();

  /**
   * The names that tasks have for ports, as the kernel knows them, a part at a time.
   *
   * @param after how many the caller has already
   */
  @MethodId(21)
  PortPage ports(int after);

  /**
   * The name of the service by which a program outside looks into the task of a job in development
   * mode. It is logged who looks it up.
   *
   * @param name a label, or a service that the job offers
   * @throws org.portunus.abi.error.PortunusException NAME_UNKNOWN; DEBUG_REFUSED, logged too, for a
   *     job in ordinary mode
   */
  @MethodId(24)
  String debugger(String name);

  /**
   * What happens to the messages of the instance. The kernel notes the latest steps from the first
   * question on, until nobody has asked for some seconds.
   *
   * @param after the {@link TracePage#next} of the answer before; -1 for the first
   * @param task text form of the id of a sender or receiver; empty for any
   * @param message its id; 0 for any
   * @throws org.portunus.abi.error.PortunusException INVALID for a task that is none of this
   *     instance
   */
  @MethodId(25)
  TracePage trace(long after, String task, int message);
}
