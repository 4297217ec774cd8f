// SPDX-License-Identifier: Apache-2.0
package org.portunus.embedding;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.system.xpc.Instance;
import org.portunus.system.xpc.ServiceConnection;
import org.portunus.system.xpc.ServiceType;
import org.portunus.tool.instance.PrivateInstance;

/**
 * A private instance of the system, with this program's own services.
 *
 * {@snippet :
 * try (Portunus portunus = Portunus.start()) {
 *   portunus.open(GreeterXpc.TYPE).proxy().greet("Ada");
 * }
 * }
 *
 * <p>The program needs native access ({@code --enable-native-access}: ALL-UNNAMED, or
 * org.portunus.linux on the module path). Which Portunus runs: the first that is set of the
 * property portunus.dist, the property portunus.home, PORTUNUS_HOME, and the record that {@code
 * ./portunus install-local} leaves beside this jar.
 */
public final class Portunus implements AutoCloseable {
  /** The property that names the folder of services. */
  public static final String SERVICES = "portunus.services";

  /** Where the Maven goal writes, and what {@link #start()} takes when nothing else is said. */
  public static final Path STANDARD_SERVICES = Path.of("target", "portunus");

  private static final System.Logger LOG = System.getLogger("org.portunus.embedding");

  private final PrivateInstance process;
  private final Instance instance;

  private Portunus(PrivateInstance process, Instance instance) {
    this.process = process;
    this.instance = instance;
  }

  /** How much is known about who wrote the code of the services. */
  public enum Mode {
    /** Nothing: it is not signed. It is confined all the same. */
    DEVELOPMENT
  }

  /**
   * Starts one with the services in the folder that the property portunus.services names, or in
   * target/portunus.
   *
   * @throws PortunusException as {@link #start(Path)} does
   */
  public static Portunus start() {
    String named = System.getProperty(SERVICES, "");
    return start(named.isEmpty() ? STANDARD_SERVICES : Path.of(named));
  }

  /**
   * Starts one. Says by the System.Logger org.portunus.embedding that unsigned code runs.
   *
   * @param services folder with the folders jobs and bundles
   * @throws PortunusException USAGE when there are no services; MACHINE when there is no Portunus,
   *     or what the parts of the system said when it does not start
   */
  public static Portunus start(Path services) {
    Path folder = services.toAbsolutePath().normalize();
    Path jobs = folder.resolve("jobs");
    Path bundles = folder.resolve("bundles");
    if (!Files.isDirectory(jobs) || !Files.isDirectory(bundles)) {
      throw new PortunusException(
          ErrorCode.USAGE,
          folder
              + " has no folders jobs and bundles: build the project first (mvn process-classes),"
              + " or name the folder by -D"
              + SERVICES);
    }
    LOG.log(
        System.Logger.Level.WARNING,
        "development mode: the code in {0} is not signed; it runs in sandboxes, but nobody has"
            + " checked who wrote it",
        bundles);
    try {
      PrivateInstance process = PrivateInstance.start(Home.installation(), jobs, bundles);
      try {
        return new Portunus(process, Instance.connect(process.socket()));
      } catch (RuntimeException | Error failure) {
        process.close();
        throw failure;
      }
    } catch (IOException failure) {
      throw new PortunusException(
          ErrorCode.MACHINE, "the instance did not start: " + failure, failure);
    }
  }

  public Mode mode() {
    return Mode.DEVELOPMENT;
  }

  /** A connection to the service that has the interface's name. The first call starts it. */
  public <T> ServiceConnection<T> open(ServiceType<T> type) {
    return instance.open(type);
  }

  /** This program in the instance: other names, requirements on the peer. */
  public Instance instance() {
    return instance;
  }

  /** The instance's log; gone after the end. */
  public Path log() {
    return process.log();
  }

  /** Ends every connection, every service and the instance. */
  @Override
  public void close() {
    instance.close();
    try {
      process.close();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
