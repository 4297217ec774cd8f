// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.wire;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.portunus.system.xpc.ServiceType;

/** A peer for messages that go nowhere; it counts what is exported. */
final class NoPeer implements Peer {
  final List<Integer> exported = new ArrayList<>();

  @Override
  public Encoder request() {
    throw new UnsupportedOperationException("no calls here");
  }

  @Override
  public Decoder call(int object, int method, Encoder request) {
    throw new UnsupportedOperationException("no calls here");
  }

  @Override
  public <T extends @Nullable Object> CompletionStage<T> callStaged(
      int object,
      int method,
      Repetition repetition,
      RequestWriter parameters,
      ReplyReader<T> result) {
    throw new UnsupportedOperationException("no calls here");
  }

  @Override
  public void send(int object, int method, Encoder request) {
    throw new UnsupportedOperationException("no calls here");
  }

  @Override
  public <T> int export(ServiceType<T> type, T implementation) {
    exported.add(exported.size() + 1);
    return exported.size();
  }

  @Override
  public void retract(int object) {
    exported.remove(Integer.valueOf(object));
  }

  @Override
  public <T> T adopt(ServiceType<T> type, int object) {
    throw new UnsupportedOperationException("no references here");
  }
}
