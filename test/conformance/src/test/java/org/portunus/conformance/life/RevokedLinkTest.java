// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.life;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.interfaces.launchd.JobStatus;
import org.portunus.interfaces.launchd.Link;
import org.portunus.interfaces.launchd.LinkState;
import org.portunus.system.xpc.ServiceConnection;
import portunus.lifeprobe.LifeProbe;

/** Links that the kernel takes away, from tasks that give them up and from tasks that do not. */
class RevokedLinkTest {
  private static final String SERVICE = "probe.revoked";
  private static final Map<String, String> LIMITS =
      Map.of("IdleTimeout", "3600", "Descriptors", "256", "Processes", "512");
  private static final String WHY = "the kernel revoked the link";

  @TempDir Path folder;

  private LifeInstance start() throws IOException {
    return LifeInstance.start(new ProbeFolder(folder).job(SERVICE, LIMITS, 0));
  }

  private static List<Link> links(LifeInstance instance) {
    return instance.control().links().stream()
        .filter(link -> link.serviceLabel().equals(SERVICE))
        .toList();
  }

  /** The latest link to the service. */
  private static Link latest(LifeInstance instance) {
    return links(instance).stream().max(Comparator.comparingLong(Link::connection)).orElseThrow();
  }

  private static void assertRevoked(ThrowingCallable call) {
    long begun = System.nanoTime();
    PortunusException end = catchThrowableOfType(PortunusException.class, call);
    assertThat(end).as("a call over a revoked link").isNotNull();
    assertThat(end.code()).isEqualTo(ErrorCode.INVALID);
    assertThat(end).hasMessageContaining(WHY);
    assertThat(Duration.ofNanos(System.nanoTime() - begun))
        .as("it does not wait for anything")
        .isLessThan(Eventually.PATIENCE);
  }

  @Test
  void callsFailOnBothSidesAndOtherLinksGoOn() throws Exception {
    try (LifeInstance instance = start();
        ServiceConnection<LifeProbe> other = instance.open(SERVICE);
        ServiceConnection<LifeProbe> connection = instance.open(SERVICE)) {
      LifeProbe steady = other.proxy(Eventually.PATIENCE);
      assertThat(steady.echo(1)).isEqualTo(1);
      LifeProbe probe = connection.proxy(Eventually.PATIENCE);
      probe.keep(value -> value);
      assertThat(steady.tellKept(1)).isEqualTo(1);
      Link link = latest(instance);
      assertThat(link.state()).isEqualTo(LinkState.DIRECT);
      int descriptors = instance.counts().descriptors();
      CountDownLatch asleep = new CountDownLatch(1);
      CompletableFuture<Void> inFlight =
          CompletableFuture.runAsync(() ->
              probe.sleep(value -> {
                asleep.countDown();
                return value;
              }));
      assertThat(asleep.await(30, TimeUnit.SECONDS)).isTrue();

      instance.control().revokeLink(link.connection());

      assertRevoked(() -> probe.echo(2));
      assertRevoked(() -> joined(inFlight));
      assertRevoked(() -> probe.echo(3));
      assertThat(steady.tellKept(2)).as("the service's calls to the client's object").isZero();
      assertThat(steady.sleepers()).as("its call was interrupted").isZero();
      Eventually.until("one link left", () -> links(instance).size() == 1);
      assertThat(instance.counts().descriptors()).isEqualTo(descriptors);
      JobStatus job = instance.job(SERVICE);
      assertThat(job.runs()).isEqualTo(1);
      assertThat(job.crashes()).isZero();
      try (ServiceConnection<LifeProbe> anew = instance.open(SERVICE)) {
        assertThat(anew.proxy(Eventually.PATIENCE).echo(4)).isEqualTo(4);
      }
      assertThat(
              catchThrowableOfType(
                      PortunusException.class,
                      () -> instance.control().revokeLink(link.connection()))
                  .code())
          .isEqualTo(ErrorCode.INVALID);
    }
  }

  private static void joined(CompletableFuture<Void> call) throws Throwable {
    try {
      call.get(30, TimeUnit.SECONDS);
    } catch (java.util.concurrent.ExecutionException ended) {
      throw ended.getCause();
    }
  }

  @Test
  void aServiceThatHoldsOnToItIsKilled() throws Exception {
    try (LifeInstance instance = start();
        ServiceConnection<LifeProbe> connection = instance.open(SERVICE)) {
      LifeProbe probe = connection.proxy(Eventually.PATIENCE);
      assertThat(probe.echo(1)).isEqualTo(1);
      Link link = latest(instance);
      stop(instance.process(SERVICE));
      instance.control().revokeLink(link.connection());
      assertRevoked(() -> probe.echo(2));
      Eventually.until("the service's end", () -> instance.job(SERVICE).lastExit().isPresent());
      assertThat(instance.job(SERVICE).lastExit().orElseThrow())
          .contains(ErrorCode.LINK_UNCONFIRMED.dotted(), "connection " + link.connection());
      Eventually.until("no link", () -> links(instance).isEmpty());
      try (ServiceConnection<LifeProbe> anew = instance.open(SERVICE)) {
        assertThat(anew.proxy(Eventually.PATIENCE).echo(3)).isEqualTo(3);
      }
      assertThat(instance.job(SERVICE).runs()).isEqualTo(2);
    }
  }

  @Test
  void aProgramOutsideThatHoldsOnToItLosesTheInstance() throws Exception {
    try (LifeInstance instance = start();
        ServiceConnection<LifeProbe> steady = instance.open(SERVICE);
        ClientProcess client = ClientProcess.start(instance, SERVICE)) {
      LifeProbe probe = steady.proxy(Eventually.PATIENCE);
      assertThat(probe.echo(1)).isEqualTo(1);
      List<String> tasks = client.awaitReady();
      Link link =
          links(instance).stream()
              .filter(each -> tasks.contains(each.client()))
              .findFirst()
              .orElseThrow();
      stop(client.handle());
      instance.control().revokeLink(link.connection());
      Eventually.until(
          "the end of its task",
          () ->
              instance.counts().tasks().stream()
                  .noneMatch(task -> task.task().equals(link.client())));
      instance.awaitLog(ErrorCode.LINK_UNCONFIRMED.dotted(), "connection=" + link.connection());
      Eventually.until(
          "no link of it",
          () -> links(instance).stream().noneMatch(each -> each.client().equals(link.client())));
      assertThat(probe.sleepers()).as("its calls were cancelled").isZero();
      assertThat(instance.job(SERVICE).crashes()).isZero();
      signal(client.handle(), "CONT");
      assertThat(client.line()).startsWith("ended ");
    }
  }

  @Test
  void theDeadLeaveNoLink() throws Exception {
    try (LifeInstance instance = start();
        ServiceConnection<LifeProbe> connection = instance.open(SERVICE)) {
      LifeProbe probe = connection.proxy(Eventually.PATIENCE);
      assertThat(probe.echo(1)).isEqualTo(1);
      int descriptors = instance.counts().descriptors();
      try (ClientProcess client = ClientProcess.start(instance, SERVICE)) {
        assertThat(client.awaitReady()).hasSize(2);
        assertThat(links(instance)).hasSize(1 + ClientMain.CONNECTIONS);
        client.kill();
        Eventually.until("its links are gone", () -> links(instance).size() == 1);
      }
      assertThat(instance.process(SERVICE).destroyForcibly()).isTrue();
      Eventually.until("no link", () -> links(instance).isEmpty());
      assertThat(probe.echo(2)).as("another service, another link").isEqualTo(2);
      assertThat(links(instance)).hasSize(1);
      Eventually.until(
          "as many descriptors as before", () -> instance.counts().descriptors() == descriptors);
    }
  }

  private static void stop(ProcessHandle process) throws Exception {
    signal(process, "STOP");
  }

  private static void signal(ProcessHandle process, String name) throws Exception {
    Process kill =
        new ProcessBuilder("/bin/kill", "-" + name, Long.toString(process.pid())).start();
    assertThat(kill.waitFor()).isZero();
  }
}
