// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.start;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.abi.identity.CodeImage;
import org.portunus.abi.wire.LaunchRecord;
import org.portunus.abi.wire.MalformedFrameException;
import org.portunus.system.xpc.connection.ConnectionLimits;
import org.portunus.system.xpc.connection.InnerConnection;
import org.portunus.system.xpc.connection.Offer;

/**
 * Runs a dummy bundle, a part of the system, by the code that will run a real one: its image is
 * hashed, its classes are loaded, its service is offered and called. Of it nothing is left but what
 * the Java machine has learned: its loader is dropped, its threads have ended, no descriptor is
 * open.
 */
final class Rehearsal {
  static final LaunchRecord.OfferedService SERVICE =
      new LaunchRecord.OfferedService(
          "portunus.rehearsal",
          "portunus.rehearsal.RehearsalXpc",
          "portunus.rehearsal.RehearsalService");

  private static final String CALLS = "portunus.rehearsal.RehearsalCalls";
  private static final String JAR = "rehearsal/rehearsal.jar";
  private static final LaunchRecord.Limits LIMITS =
      new LaunchRecord.Limits(64, 256, 64, 60, 64, 1000, 1000);
  static final ConnectionLimits CONNECTION =
      new ConnectionLimits(
          4 << 20,
          1,
          16,
          16,
          2,
          8 << 20,
          16,
          ConnectionLimits.FileRightTravel.DESCRIPTOR,
          Duration.ofSeconds(10));

  private Rehearsal() {}

  /** The image of the dummy bundle. */
  static byte[] image() throws IOException {
    Path jar = Path.of(System.getProperty("jdk.module.path", "")).resolve(JAR);
    ByteBuffer code = ByteBuffer.wrap(Files.readAllBytes(jar));
    return CodeImage.write(List.of(new CodeImage.Entry("Contents/Java/rehearsal.jar", 0, code)));
  }

  /** What launchd would write for it. */
  static LaunchRecord record(CodeImage image) {
    return new LaunchRecord(
        "rehearsal", "portunus.rehearsal", image.identity(), LIMITS, List.of(), List.of(SERVICE));
  }

  /** Makes the bundle's calls on a proxy that its loader made. */
  static Consumer<Object> calls(ClassLoader loader) {
    try {
      Object calls = loader.loadClass(CALLS).getConstructor().newInstance();
      if (calls instanceof Consumer<?> consumer) {
        @SuppressWarnings("unchecked") // the one class that the name is of
        Consumer<Object> found = (Consumer<Object>) consumer;
        return found;
      }
      throw new PortunusException(ErrorCode.BUNDLE, CALLS + " takes no proxy");
    } catch (ReflectiveOperationException missing) {
      throw new PortunusException(ErrorCode.BUNDLE, CALLS + " can't be made", missing);
    }
  }

  static void run() throws IOException, InterruptedException {
    CodeImage image = CodeImage.read(ByteBuffer.wrap(image()));
    LaunchRecord record = read(record(image).toBytes());
    BundleLoader loader = new BundleLoader(image, Start.class.getClassLoader());
    Offer<?> offer = Start.offer(loader, record.services().getFirst());
    InnerConnection.with(offer, CONNECTION, calls(loader));
  }

  private static LaunchRecord read(byte[] body) {
    try {
      return LaunchRecord.read(body);
    } catch (MalformedFrameException impossible) {
      throw new IllegalStateException("a launch record that is not as written", impossible);
    }
  }
}
