// SPDX-License-Identifier: Apache-2.0
package org.portunus.launchd.plist;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Every key that launchd.plist(5) knows, and what becomes of it here. No key is ignored: one that
 * is not taken is refused, and the reason says which of the three kinds it is.
 */
final class LaunchdKey {
  /** The keys that are taken. */
  static final Set<String> TAKEN =
      Set.of(
          "Label",
          "Disabled",
          "MachServices",
          "ExitTimeOut",
          "ThrottleInterval",
          JobPlist.PORTUNUS);

  /** Keys that work on macOS and do not yet work here. */
  static final Set<String> LATER =
      Set.of(
          "UserName",
          "GroupName",
          "InitGroups",
          "SessionCreate",
          "AssociatedBundleIdentifiers",
          "Program",
          "BundleProgram",
          "ProgramArguments",
          "EnableGlobbing",
          "WorkingDirectory",
          "RootDirectory",
          "EnvironmentVariables",
          "Umask",
          "StandardInPath",
          "StandardOutPath",
          "StandardErrorPath",
          "RunAtLoad",
          "LaunchOnlyOnce",
          "AbandonProcessGroup",
          "KeepAlive",
          "EnableTransactions",
          "EnablePressuredExit",
          "Sockets",
          "LaunchEvents",
          "WatchPaths",
          "QueueDirectories",
          "StartOnMount",
          "StartInterval",
          "StartCalendarInterval",
          "inetdCompatibility",
          "LimitLoadToSessionType",
          "LimitLoadToHardware",
          "LimitLoadFromHardware",
          "SoftResourceLimits",
          "HardResourceLimits",
          "Nice",
          "ProcessType",
          "LowPriorityIO",
          "LowPriorityBackgroundIO",
          "LegacyTimers",
          "MaterializeDatalessFiles",
          "Debug",
          "WaitForDebugger");

  /** Keys that mean nothing any more, on macOS either, with what replaces them. */
  static final Map<String, String> DEAD =
      Map.of(
          "OnDemand", "KeepAlive",
          "ServiceIPC", "MachServices",
          "TimeOut", "ExitTimeOut, and IdleTimeout in Portunus",
          "NetworkState", "demand by MachServices; a job starts when it is called",
          "HopefullyExitsFirst", "ProcessType",
          "HopefullyExitsLast", "ProcessType",
          "LimitLoadToHosts", "loading the job only on these machines",
          "LimitLoadFromHosts", "not loading the job on these machines");

  private LaunchdKey() {}

  /** Refuses the first key, in order of characters, that is not taken. */
  static void check(PlistDictionary plist) {
    for (String key : plist.keys()) {
      if (!TAKEN.contains(key)) {
        throw plist.refusedKey(key, reason(key));
      }
    }
  }

  private static String reason(String key) {
    String replacement = new TreeMap<>(DEAD).get(key);
    if (replacement != null) {
      return "is dead and does nothing; its replacement is: " + replacement;
    }
    return LATER.contains(key)
        ? "is a key of launchd.plist that is not supported yet"
        : "is unknown; keys of Portunus itself belong into the dictionary " + JobPlist.PORTUNUS;
  }
}
