// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.plugin;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.file.FileSystemException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.portunus.abi.log.LogEvent;

/**
 * Writes to the log what a plug-in tried and did not get. Never throws, and changes nothing for the
 * plug-in.
 *
 * <p>A refusal is an exception by which the JDK says that Linux refused: of the types for files,
 * sockets and names, or one that a native method of the JDK threw; itself or as a cause. Each is
 * written once, however many catch it.
 */
public final class Refusals {
  private static final int REMEMBERED = 64;
  private static final int MAX_CAUSES = 8;
  private static final int MAX_TEXT = 500;
  private static final Pattern SPACE = Pattern.compile("\\s+");
  private static final Deque<WeakReference<Throwable>> WRITTEN = new ArrayDeque<>();

  private Refusals() {}

  /** The plug-in's code has caught this. */
  public static void caught(@Nullable Throwable thrown) {
    if (thrown instanceof VirtualMachineError) {
      return;
    }
    try {
      look(thrown);
    } catch (Throwable _) {
      // Its own methods may throw anything; what the plug-in does must not depend on it.
    }
  }

  private static void look(@Nullable Throwable thrown) {
    Throwable at = thrown;
    for (int i = 0; at != null && i < MAX_CAUSES; i++) {
      Optional<String> kind = kind(at);
      if (kind.isPresent()) {
        if (isNew(at)) {
          write(
              LogEvent.of("plugin.refused")
                  .with("kind", kind.get())
                  .with("why", oneLine(at.toString()))
                  .with("at", place(at.getStackTrace())));
        }
        return;
      }
      at = at.getCause();
    }
  }

  /**
   * The plug-in's code asks for something about a file by a method that throws nothing.
   *
   * @param call the method
   */
  public static void asked(@Nullable Object file, String call) {
    try {
      write(
          LogEvent.of("plugin.asked")
              .with("kind", "file")
              .with("call", call)
              .with("path", oneLine(String.valueOf(file)))
              .with("at", place(new Throwable().getStackTrace())));
    } catch (Throwable _) {
      // As above.
    }
  }

  private static Optional<String> kind(Throwable thrown) {
    if (thrown instanceof FileNotFoundException || thrown instanceof FileSystemException) {
      return Optional.of("file");
    }
    if (thrown instanceof SocketException
        || thrown instanceof UnknownHostException
        || thrown instanceof UnresolvedAddressException) {
      return Optional.of("network");
    }
    StackTraceElement[] trace = thrown.getStackTrace();
    boolean ofNative =
        thrown instanceof IOException && trace.length > 0 && trace[0].isNativeMethod();
    // Classes of the network that were refused a socket when they were initialised.
    boolean ofClass = thrown instanceof LinkageError && byJdk(trace, "sun.nio.ch.", "java.net.");
    if (!ofNative && !ofClass) {
      return Optional.empty();
    }
    if (byJdk(trace, "java.net.", "java.nio.channels.", "sun.nio.ch.")) {
      return Optional.of("network");
    }
    return Optional.of(byJdk(trace, "java.lang.Process") ? "process" : "io");
  }

  /** Whether a class of the JDK with such a name was at work, above the first other one. */
  private static boolean byJdk(StackTraceElement[] trace, String... names) {
    for (StackTraceElement frame : trace) {
      if (frame.getModuleName() == null) {
        return false;
      }
      for (String name : names) {
        if (frame.getClassName().startsWith(name)) {
          return true;
        }
      }
    }
    return false;
  }

  private static boolean isNew(Throwable thrown) {
    synchronized (WRITTEN) {
      if (WRITTEN.stream().anyMatch(known -> known.refersTo(thrown))) {
        return false;
      }
      if (WRITTEN.size() == REMEMBERED) {
        WRITTEN.removeFirst();
      }
      WRITTEN.addLast(new WeakReference<>(thrown));
      return true;
    }
  }

  /** The innermost frame that is neither the JDK's nor ours. */
  private static String place(StackTraceElement[] trace) {
    for (StackTraceElement frame : trace) {
      if (frame.getModuleName() == null) {
        return frame.getClassName() + "." + frame.getMethodName() + ":" + frame.getLineNumber();
      }
    }
    return "unknown";
  }

  private static void write(LogEvent event) {
    System.err.println(event.text());
  }

  private static String oneLine(String text) {
    String line = SPACE.matcher(text).replaceAll(" ");
    return line.length() > MAX_TEXT ? line.substring(0, MAX_TEXT) : line;
  }
}
