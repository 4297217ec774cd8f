// SPDX-License-Identifier: Apache-2.0
package portunus.example.inspector.demo;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.system.xpc.FileRight;
import portunus.example.inspector.DocumentInspector;
import portunus.example.inspector.InspectionFailed;
import portunus.example.inspector.Options;
import portunus.example.inspector.ProgressListener;
import portunus.example.inspector.Report;
import portunus.example.inspector.UnsupportedDocument;

/**
 * Brings one file to its one result. Several threads may use it.
 *
 * <p>Calls in flight share one service. When it dies or runs out of memory, that may be another
 * document's doing: so a document is asked for again, alone, before it is held against it.
 */
final class Inspection {
  private static final int TRIES = 3;
  private static final int MOST_SPARED = 2;
  private static final int MOST_PAUSES = 60;
  private static final long PAUSE_NANOS = 500_000_000L;

  private final Inspectors inspectors;
  private final Duration deadline;
  private final Judge judge;
  private final ReadWriteLock service = new ReentrantReadWriteLock(true);
  private final AtomicLong interruptions = new AtomicLong();

  Inspection(Inspectors inspectors, Duration deadline, Judge judge) {
    this.inspectors = inspectors;
    this.deadline = deadline;
    this.judge = judge;
  }

  /** Calls that ended because the service died. */
  long interruptions() {
    return interruptions.get();
  }

  /**
   * @throws PortunusException INSTANCE_ENDED, and nothing else
   */
  Result run(Found found, ProgressListener listener) {
    Result result = inspect(found, listener);
    judge.ended(result);
    return result;
  }

  private Result inspect(Found found, ProgressListener listener) {
    if (found.kind() != Found.Kind.REGULAR) {
      return Result.without(found, Outcome.NOT_REGULAR, "not a regular file", 0);
    }
    try (FileRight document = open(found.path())) {
      return call(found, document, listener);
    } catch (NoSuchFileException | FileNotFoundException gone) {
      return Result.without(found, Outcome.VANISHED, "it was gone when its turn came", 0);
    } catch (AccessDeniedException refused) {
      return refused(found, "it may not be read");
    } catch (IOException failure) {
      return opening(found, failure);
    } catch (PortunusException failure) {
      if (failure.code() == ErrorCode.RIGHT_REFUSED) {
        return refused(found, text(failure));
      }
      throw failure;
    }
  }

  /** Looks again at what it is, so that a file replaced by a link is not followed. */
  private static FileRight open(Path path) throws IOException {
    BasicFileAttributes now =
        Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    if (!now.isRegularFile()) {
      throw new PortunusException(
          ErrorCode.RIGHT_REFUSED, "it was replaced by something that is no regular file");
    }
    return FileRight.open(path);
  }

  private static Result opening(Found found, IOException failure) {
    if (!Files.exists(found.path(), LinkOption.NOFOLLOW_LINKS)) {
      return Result.without(found, Outcome.VANISHED, "it was gone when its turn came", 0);
    }
    return refused(found, String.valueOf(failure.getMessage()));
  }

  /** What happened, without the name of the error, which has a field of its own. */
  private static String text(PortunusException failure) {
    String message = String.valueOf(failure.getMessage());
    String prefix = failure.code().dotted() + ": ";
    return message.startsWith(prefix) ? message.substring(prefix.length()) : message;
  }

  private static Result refused(Found found, String message) {
    return Result.failed(found, Outcome.REFUSED, ErrorCode.RIGHT_REFUSED.dotted(), message, 0);
  }

  private Result call(Found found, FileRight document, ProgressListener listener) {
    Result result = shared(found, document, listener);
    int tries = 1;
    int spared = 0;
    while (tries < TRIES && result.outcome() == Outcome.INTERRUPTED) {
      // A process that ends for another document's late call takes this one with it.
      if (spared < MOST_SPARED && endedForAnother(result)) {
        spared++;
      } else {
        tries++;
      }
      result = alone(found, document, listener);
    }
    if (tries == 1 && ended(result, ErrorCode.LIMIT_MEMORY)) {
      result = alone(found, document, listener);
      tries++;
    }
    return result.withTries(tries);
  }

  private static boolean endedForAnother(Result result) {
    return result.message().filter(why -> why.contains(ErrorCode.DEADLINE.dotted())).isPresent();
  }

  private static boolean ended(Result result, ErrorCode code) {
    return result.error().equals(Optional.of(code.dotted()));
  }

  /** Waits out the pause that launchd makes after too many crashes. */
  private Result patiently(Found found, FileRight document, ProgressListener listener) {
    Result result = once(found, document, listener);
    for (int i = 0; i < MOST_PAUSES && ended(result, ErrorCode.THROTTLED); i++) {
      LockSupport.parkNanos(PAUSE_NANOS);
      result = once(found, document, listener);
    }
    return result;
  }

  private Result shared(Found found, FileRight document, ProgressListener listener) {
    service.readLock().lock();
    try {
      return patiently(found, document, listener);
    } finally {
      service.readLock().unlock();
    }
  }

  private Result alone(Found found, FileRight document, ProgressListener listener) {
    service.writeLock().lock();
    try {
      return patiently(found, document, listener);
    } finally {
      service.writeLock().unlock();
    }
  }

  private Result once(Found found, FileRight document, ProgressListener listener) {
    DocumentInspector inspector = inspectors.within(judge.deadline(found, deadline));
    long start = System.nanoTime();
    try {
      Report report = inspector.inspect(document, Options.standard(), listener);
      long nanos = System.nanoTime() - start;
      judge.reported(found, report);
      return Result.ok(found, report.type(), nanos);
    } catch (UnsupportedDocument unsupported) {
      return Result.without(
          found, Outcome.UNSUPPORTED, unsupported.detail(), System.nanoTime() - start);
    } catch (InspectionFailed failed) {
      return Result.failed(
          found,
          Outcome.ERROR,
          failed.reason().dotted(),
          failed.detail(),
          System.nanoTime() - start);
    } catch (PortunusException failure) {
      return system(found, failure, System.nanoTime() - start);
    }
  }

  private Result system(Found found, PortunusException failure, long nanos) {
    String message = text(failure);
    return switch (failure.code()) {
      case INSTANCE_ENDED -> throw failure;
      case INTERRUPTED -> {
        interruptions.incrementAndGet();
        yield Result.failed(found, Outcome.INTERRUPTED, failure.code().dotted(), message, nanos);
      }
      case RIGHT_REFUSED ->
          Result.failed(found, Outcome.REFUSED, failure.code().dotted(), message, nanos);
      default -> Result.failed(found, Outcome.ERROR, failure.code().dotted(), message, nanos);
    };
  }
}
