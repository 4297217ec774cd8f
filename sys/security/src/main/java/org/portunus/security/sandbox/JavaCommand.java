// SPDX-License-Identifier: Apache-2.0
package org.portunus.security.sandbox;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.portunus.abi.wire.LaunchRecord;
import org.portunus.linux.memory.StreamCopy;

/**
 * The Java machine's arguments and environment. None of it is a guarantee (rule C8): it keeps
 * honest code small, quick to start and quiet.
 */
final class JavaCommand {
  /** System property with the second filter in Base64; absent when that layer is removed. */
  static final String FILTER_PROPERTY = "portunus.filter";

  /** Where the debugger's agent of a development profile listens, on the sandbox's own loopback. */
  static final int DEBUGGER_PORT = 5005;

  private static final String TRANSPORT =
      "-agentlib:jdwp=transport=dt_socket,server=y,suspend=n,quiet=y,address=127.0.0.1:"
          + DEBUGGER_PORT;
  private static final String DEBUGGER = "org.portunus.debug";
  private static final String DEBUGGER_FOLDER = "debug";
  private static final int CODE_CACHE_MIB = 32;
  private static final int FIRST_HEAP_MIB = 6;
  private static final int LEAST_HEAP_MIB = 2;
  private static final int FIRST_YOUNG_KIB = 1024;
  // The cache's strings are not in this table, which grows; its usual size takes half a MiB at
  // once.
  private static final int STRINGS = 2048;
  private static final int TRIM_MILLIS = 10_000;
  private static final int STACK_KIB = 512;

  private JavaCommand() {}

  static List<String> arguments(LaunchRequest request, Path jdk, Path system, byte[] filter) {
    List<String> list = new ArrayList<>();
    list.add(SandboxView.java(jdk).toString());
    memory(request.limits(), list);
    Collections.addAll(
        list,
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "-XX:-UsePerfData",
        "-XX:+DisableAttachMechanism",
        "-XX:-UseContainerSupport",
        "-XX:-MaxFDLimit",
        "-XX:-CreateCoredumpOnCrash",
        "-XX:+ErrorFileToStderr",
        "-Dstdout.encoding=UTF-8",
        "-Dstderr.encoding=UTF-8",
        "-Djava.awt.headless=true",
        "-Djava.io.tmpdir=/tmp",
        "-Duser.home=/",
        "-Duser.name=portunus",
        "--enable-native-access=org.portunus.linux"
            + (request.hasLibraries() ? ",ALL-UNNAMED" : ""),
        "--illegal-native-access=deny");
    if (request.hasLibraries()) {
      list.add("-Djava.library.path=" + SandboxView.LIBRARIES);
    }
    if (request.files().contains(LaunchRecord.FONT_LIST)) {
      list.add("-Dsun.awt.fontconfig=" + SandboxView.FILES.resolve(LaunchRecord.FONT_LIST));
    }
    if (request.cache().isPresent()) {
      list.add("-XX:SharedArchiveFile=" + SandboxView.CACHE);
    }
    if (filter.length > 0) {
      list.add("-D" + FILTER_PROPERTY + "=" + Base64.getEncoder().encodeToString(filter));
    }
    TreeSet<String> modules = new TreeSet<>(request.modules());
    String path = system.toString();
    if (request.profile() == SandboxProfile.DEVELOPMENT_SERVICE) {
      list.add(TRANSPORT);
      modules.add(DEBUGGER);
      path += ":" + system.resolve(DEBUGGER_FOLDER);
    }
    Collections.addAll(list, "--module-path", path);
    if (!modules.isEmpty()) {
      Collections.addAll(list, "--add-modules", String.join(",", modules));
    }
    Collections.addAll(list, "--module", request.main());
    list.addAll(request.arguments());
    return list;
  }

  private static void memory(LaunchRecord.Limits limits, List<String> list) {
    int metaspace = Math.clamp(limits.memoryMiB() / 4, 32, 256);
    Collections.addAll(
        list,
        "-XX:InitialHeapSize=" + Math.min(FIRST_HEAP_MIB, limits.heapMiB()) + "m",
        "-XX:MinHeapSize=" + Math.min(LEAST_HEAP_MIB, limits.heapMiB()) + "m",
        "-XX:NewSize=" + FIRST_YOUNG_KIB + "k",
        "-XX:StringTableSize=" + STRINGS,
        "-XX:MaxHeapFreeRatio=40",
        "-XX:MinHeapFreeRatio=20",
        "-XX:TrimNativeHeapInterval=" + TRIM_MILLIS,
        "-Xmx" + limits.heapMiB() + "m",
        "-Xss" + STACK_KIB + "k",
        "-XX:MaxMetaspaceSize=" + metaspace + "m",
        "-XX:CompressedClassSpaceSize=" + metaspace / 2 + "m",
        "-XX:ReservedCodeCacheSize=" + CODE_CACHE_MIB + "m",
        "-XX:MaxDirectMemorySize=" + Math.clamp(limits.heapMiB() / 4, 4, 64) + "m");
  }

  /**
   * All of it; nothing is inherited. The library path stands in for {@code $ORIGIN}, which the
   * loader can't resolve without {@code /proc}; with {@code lib/server} in it the launcher would
   * execute itself again. A bundle's libraries come last, so that none takes the place of the
   * JDK's. The C library copies long messages past the caches.
   */
  static Map<String, String> environment(Path jdk, boolean libraries) {
    TreeMap<String, String> map = new TreeMap<>();
    map.put("LD_LIBRARY_PATH", jdk.resolve("lib") + (libraries ? ":" + SandboxView.LIBRARIES : ""));
    map.put("TZ", "UTC");
    // An arena for each thread that allocates takes a quarter of a MiB in all.
    map.put("MALLOC_ARENA_MAX", "1");
    map.put(StreamCopy.VARIABLE, StreamCopy.VALUE);
    return Collections.unmodifiableMap(map);
  }
}
