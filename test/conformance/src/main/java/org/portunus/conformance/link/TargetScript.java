// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.link;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.system.xpc.connection.CallTime;
import org.portunus.system.xpc.connection.Connector;
import org.portunus.system.xpc.connection.LinkTransport;
import org.portunus.system.xpc.connection.ServiceLink;
import org.portunus.system.xpc.connection.ServicePeer;

/** The victim as a client: a call, a pause, the call of the state, another call. */
final class TargetScript {
  private static final int LARGE = 200_000;

  private final Case opened;
  private final Caller caller;
  private final Duration time;
  private final Random random;
  private Target target;

  /**
   * @param time of the calls after the first, which is answered
   */
  TargetScript(Case opened, LinkTransport transport, Duration time) {
    this.opened = opened;
    this.random = opened.random();
    this.caller = new Caller(transport);
    this.time = time;
    this.target = caller.target(opened.state() == LinkState.GREETING ? time : Victim.LONG);
  }

  /** A typed client over one link. */
  static final class Caller implements AutoCloseable {
    private final ServiceLink link;

    Caller(LinkTransport transport) {
      link = new ServiceLink(TargetXpc.TYPE, new OneLink(transport), Victim.limits(), event -> {});
    }

    /** With calls that may take so long. */
    Target target(Duration time) {
      return TargetXpc.TYPE.proxy(new ServicePeer(link, CallTime.of(time)), 0);
    }

    @Override
    public void close() {
      link.end(ErrorCode.INVALID, "the script is over");
    }
  }

  /** What is passed by reference. */
  static final class Told implements TargetListener {
    @Override
    public int told(int value) {
      return value;
    }

    @Override
    public void heard(int value) {}
  }

  /** One word for each call: ok, an error's name, or WRONG and what. */
  String run() {
    List<String> outcomes = new ArrayList<>();
    outcomes.add(echo(32));
    target = caller.target(time);
    LockSupport.parkNanos(2_000_000 + random.nextInt(6_000_000));
    switch (opened.state()) {
      case GREETING -> {}
      case SENDING -> outcomes.addAll(threeAtOnce());
      case REFERRING -> outcomes.add(outcome(() -> target.keep(new Told()) >= 0));
      default -> outcomes.add(echo(48));
    }
    outcomes.add(echo(16));
    caller.close();
    return String.join(" ", outcomes);
  }

  private List<String> threeAtOnce() {
    List<CompletableFuture<String>> calls = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      CompletableFuture<String> call = new CompletableFuture<>();
      Thread.ofPlatform().daemon().start(() -> call.complete(echo(LARGE)));
      calls.add(call);
    }
    return calls.stream().map(CompletableFuture::join).toList();
  }

  private String echo(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return outcome(() -> Arrays.equals(bytes, target.echo(bytes)));
  }

  private interface Call {
    boolean isRight();
  }

  private static String outcome(Call call) {
    try {
      return call.isRight() ? "ok" : "WRONG:answer";
    } catch (PortunusException typed) {
      return typed.code().toString();
    } catch (Throwable untyped) {
      return "WRONG:" + untyped.toString().replace(' ', '_');
    }
  }

  /** There is one link, and no other after it. */
  private record OneLink(LinkTransport transport, boolean[] used) implements Connector {
    OneLink(LinkTransport transport) {
      this(transport, new boolean[1]);
    }

    @Override
    public synchronized Connected connect() {
      if (used[0]) {
        throw new PortunusException(ErrorCode.INVALID, "there is no other link");
      }
      used[0] = true;
      return new Connected(1, transport);
    }

    @Override
    public ErrorCode reasonOfEnd() {
      return ErrorCode.INTERRUPTED;
    }

    @Override
    public void callOverdue(long connection, long call) {}

    @Override
    public void closed(long connection) {}

    @Override
    public void linkEnded() {}
  }
}
