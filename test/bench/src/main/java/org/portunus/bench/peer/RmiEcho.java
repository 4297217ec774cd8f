// SPDX-License-Identifier: Apache-2.0
package org.portunus.bench.peer;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.rmi.Remote;
import java.rmi.RemoteException;
import java.rmi.server.UnicastRemoteObject;
import java.util.HexFormat;
import java.util.concurrent.CountDownLatch;
import org.portunus.bench.pair.JavaProcess;
import org.portunus.bench.pair.Latency;
import org.portunus.bench.pair.Record64;
import org.portunus.bench.pair.Rounds;

/** A serialized record there and back, over TCP on the loopback interface. */
record RmiEcho() implements Ends {
  /** What is called. */
  public interface RemoteEcho extends Remote {
    Record64 echo(Record64 record) throws RemoteException;
  }

  @Override
  public void call(Path folder, JavaProcess other, Rounds rounds) throws Exception {
    Process service = other.start();
    byte[] stub = HexFormat.of().parseHex(ReadyLine.await(service));
    RemoteEcho echo;
    try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(stub))) {
      echo = (RemoteEcho) in.readObject();
    }
    rounds.serve(
        new Latency(() -> {
          if (echo.echo(Record64.SENT).h() != Record64.SENT.h()) {
            throw new IOException("another record came back");
          }
        }),
        service.pid());
  }

  @Override
  public void serve(Path folder, PrintStream ready) throws IOException, InterruptedException {
    System.setProperty("java.rmi.server.hostname", "127.0.0.1");
    RemoteEcho echo = record -> record;
    Remote stub = UnicastRemoteObject.exportObject(echo, 0);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(stub);
    }
    ReadyLine.say(ready, HexFormat.of().formatHex(bytes.toByteArray()));
    new CountDownLatch(1).await();
    UnicastRemoteObject.unexportObject(echo, true);
  }
}
