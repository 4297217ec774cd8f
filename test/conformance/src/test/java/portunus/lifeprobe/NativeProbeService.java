// SPDX-License-Identifier: Apache-2.0
package portunus.lifeprobe;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A service whose native code is libnativeprobe.so. */
@SuppressWarnings("restricted") // native code is what it is for
public class NativeProbeService implements NativeProbe {
  private static final String LIBRARY = "nativeprobe";
  private static final int ATTEMPTS = 4;

  private static native int twiceNative(int value);

  @Override
  public int twice(int value) {
    System.loadLibrary(LIBRARY);
    return twiceNative(value);
  }

  @Override
  public int answer() {
    System.loadLibrary(LIBRARY);
    return call(SymbolLookup.loaderLookup(), "answer");
  }

  @Override
  public int answerOfFile() {
    try (Arena arena = Arena.ofConfined()) {
      return call(SymbolLookup.libraryLookup(file(), arena), "answer");
    }
  }

  private static Path file() {
    return Path.of(System.getProperty("java.library.path"), System.mapLibraryName(LIBRARY));
  }

  @Override
  public void end(int how) {
    System.loadLibrary(LIBRARY);
    int unused = call(SymbolLookup.loaderLookup(), "end" + how);
    throw new IllegalStateException("alive after " + how + ": " + unused);
  }

  @Override
  public void load(String name) {
    System.loadLibrary(name);
  }

  @Override
  public List<Integer> attempts() {
    System.loadLibrary(LIBRARY);
    List<Integer> errors = new ArrayList<>();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment path = arena.allocateFrom(file().toString());
      MemorySegment attempt = SymbolLookup.loaderLookup().findOrThrow("attempt");
      FunctionDescriptor form =
          FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.ADDRESS);
      for (int i = 0; i < ATTEMPTS; i++) {
        errors.add((int) Linker.nativeLinker().downcallHandle(attempt, form).invoke(i, path));
      }
      return errors;
    } catch (Throwable failure) {
      throw new IllegalStateException(failure);
    }
  }

  private static int call(SymbolLookup lookup, String name) {
    try {
      return (int)
          Linker.nativeLinker()
              .downcallHandle(lookup.findOrThrow(name), FunctionDescriptor.of(ValueLayout.JAVA_INT))
              .invoke();
    } catch (Throwable failure) {
      throw new IllegalStateException(failure);
    }
  }
}
