// SPDX-License-Identifier: Apache-2.0
package org.portunus.bench.link;

import java.io.IOException;
import java.nio.file.Path;
import org.portunus.bench.pair.Latency;
import org.portunus.bench.pair.Rounds;
import org.portunus.system.xpc.FileRight;
import portunus.echoed.Echoed;

/** What a program does with the service of an instance. */
public enum InstanceCall {
  /** Calls with a record of 64 bytes each way. */
  ECHO {
    @Override
    Rounds.Round round(Echoed service, Path file) {
      return new Latency(() -> {
        if (service.echo(SENT).h() != SENT.h()) {
          throw new IOException("another record came back");
        }
      });
    }
  },
  /** Calls that carry a right to a file, by a ticket of the kernel task. */
  FILE {
    @Override
    Rounds.Round round(Echoed service, Path file) throws IOException {
      FileRight right = FileRight.open(file);
      return new Latency(() -> {
        if (!service.file(right)) {
          throw new IOException("the file did not arrive");
        }
      });
    }
  };

  private static final Echoed.Sent SENT = new Echoed.Sent(1, 2, 3, 4, 5, 6, 7, 8);

  abstract Rounds.Round round(Echoed service, Path file) throws IOException;
}
