// SPDX-License-Identifier: Apache-2.0
package portunus.probe;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.portunus.linux.file.Descriptor;
import org.portunus.system.xpc.FileRight;

/** The probe as a service of a bundle. */
public final class ProbeService implements Probe {
  private final AtomicInteger pings = new AtomicInteger();

  public ProbeService() {}

  @Override
  public List<String> attempt(List<String> attempts, FileRight right) {
    Descriptor held = right.held().hold();
    try {
      List<String> results = new ArrayList<>();
      for (String attempt : attempts) {
        results.add(Attempts.perform(attempt, held.raw()));
      }
      return results;
    } finally {
      right.held().unhold();
    }
  }

  @Override
  public String harm(String how) {
    return Harm.perform(how);
  }

  @Override
  public int ping() {
    return pings.incrementAndGet();
  }
}
