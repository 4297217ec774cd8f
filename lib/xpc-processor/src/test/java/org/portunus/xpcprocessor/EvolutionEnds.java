// SPDX-License-Identifier: Apache-2.0
package org.portunus.xpcprocessor;

import java.util.List;
import java.util.concurrent.Callable;
import org.portunus.abi.error.PortunusException;
import org.portunus.system.xpc.ServiceType;

/** What the test needs of one version: an implementation, and a client's calls. */
public interface EvolutionEnds {
  ServiceType<?> type();

  /** Makes the calls; says what each gave. */
  void use(Object proxy, List<String> seen);

  /** The call's result, or its error's name and then its message. */
  default void attempt(List<String> seen, Callable<?> call) {
    try {
      seen.add(String.valueOf(call.call()));
    } catch (PortunusException refusal) {
      seen.add(refusal.getMessage());
    } catch (Exception declared) {
      seen.add(declared.getClass().getSimpleName());
    }
  }
}
