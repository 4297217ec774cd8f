// SPDX-License-Identifier: Apache-2.0
package org.portunus.launchd.plist;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.abi.wire.LaunchMode;
import org.portunus.abi.wire.LaunchRecord.OfferedService;
import org.portunus.linux.arch.OpenFlag;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.file.Descriptor;
import org.portunus.linux.file.FileStatus;
import org.portunus.linux.file.FileType;

/**
 * One job as its launchd.plist(5) declares it.
 *
 * @param label unique in the instance
 * @param disabled it is known and shown, but not started
 * @param machServices the names that it offers, in order of characters
 * @param exitTimeOut from the end of its service to the kill; zero: never
 * @param throttleInterval pause after too many crashes; zero: no throttling
 * @param bundle folder of its code, absolute or relative to the folder of bundles
 * @param relayed the kernel task carries the calls of its services
 * @param mode whether it is a job under development, which can be looked into
 * @param nativeLibraries whether its bundle's native libraries are loaded
 * @param grant what the administrator allows it
 */
public record JobPlist(
    String label,
    boolean disabled,
    List<String> machServices,
    Duration exitTimeOut,
    Duration throttleInterval,
    String bundle,
    boolean relayed,
    LaunchMode mode,
    boolean nativeLibraries,
    LimitKeys grant) {
  static final String PORTUNUS = "Portunus";

  private static final String BUNDLE = "Bundle";
  private static final String RELAY = "Relay";
  private static final String DEVELOPMENT = "Development";
  private static final String DEBUGGER = "debug.";
  private static final String DEBUGGER_TYPE = "org.portunus.debug.TaskDebuggerXpc";
  private static final String DEBUGGER_CLASS = "org.portunus.debug.JvmDebugger";

  /** Form of labels and of service names. */
  public static final String NAME_FORM = "[A-Za-z0-9][A-Za-z0-9._-]{0,127}";

  private static final int MAX_SERVICES = 64;
  private static final int DEFAULT_EXIT_SECONDS = 20;
  private static final int DEFAULT_THROTTLE_SECONDS = 10;
  private static final int MAX_SECONDS = 24 * 60 * 60;
  private static final int WRITABLE_BY_OTHERS = 022;

  public JobPlist {
    machServices = List.copyOf(machServices);
  }

  /**
   * The service by which the task of a job in development mode is looked into; {@link
   * #machServices} does not have it.
   */
  public Optional<OfferedService> debugger() {
    return mode == LaunchMode.DEVELOPMENT
        ? Optional.of(new OfferedService(DEBUGGER + label, DEBUGGER_TYPE, DEBUGGER_CLASS))
        : Optional.empty();
  }

  /** Every name that it offers. */
  public List<String> names() {
    List<String> names = new ArrayList<>(machServices);
    debugger().ifPresent(service -> names.add(service.name()));
    return names;
  }

  /**
   * Reads a file of the folder of jobs.
   *
   * @param folder open folder
   * @param name of the file in it; a link is not followed
   * @param owners who may own the file: root and whoever loads it
   * @throws PortunusException PLIST_VALUE and PLIST_KEY, naming the file
   */
  public static JobPlist open(Descriptor folder, String name, Set<Integer> owners) {
    String shown = PlistDictionary.quote(name);
    int flags = OpenFlag.READ_ONLY | OpenFlag.NO_FOLLOW | OpenFlag.NON_BLOCKING;
    try (Descriptor file = folder.openAt(name, flags, 0)) {
      FileStatus status = file.status();
      if (status.type() != FileType.REGULAR) {
        throw PropertyList.bad(shown, "it is no regular file");
      }
      if (!owners.contains(status.uid())) {
        throw PropertyList.bad(
            shown, "its owner is " + status.uid() + ", and must be one of " + owners);
      }
      if ((status.permissions() & WRITABLE_BY_OTHERS) != 0) {
        throw PropertyList.bad(shown, "others than its owner may write it; chmod go-w");
      }
      return read(shown, file.readFully(PropertyList.MAX_BYTES + 1));
    } catch (LinuxException e) {
      throw new PortunusException(
          ErrorCode.PLIST_VALUE, shown + " can't be read: " + e.getMessage(), e);
    }
  }

  /** Reads the bytes of a launchd.plist. */
  public static JobPlist read(String file, byte[] bytes) {
    PlistDictionary plist = PropertyList.read(file, bytes);
    LaunchdKey.check(plist);
    String label = plist.required("Label", NAME_FORM);
    PlistDictionary portunus =
        plist
            .dictionary(PORTUNUS)
            .orElseThrow(
                () -> plist.wrong(PORTUNUS, "present: it names the Bundle that the job runs"));
    Set<String> known = new HashSet<>(LimitKeys.KEYS);
    known.add(BUNDLE);
    known.add(RELAY);
    known.add(DEVELOPMENT);
    known.add(BundleManifest.LIBRARIES);
    portunus.refuseOthers(known);
    LaunchMode mode = mode(portunus, label, plist);
    return new JobPlist(
        label,
        plist.flag("Disabled"),
        machServices(plist),
        seconds(plist, "ExitTimeOut", DEFAULT_EXIT_SECONDS),
        seconds(plist, "ThrottleInterval", DEFAULT_THROTTLE_SECONDS),
        bundle(portunus),
        portunus.flag(RELAY),
        mode,
        portunus.flag(BundleManifest.LIBRARIES),
        LimitKeys.read(portunus));
  }

  /** In development mode there is one more service, with a name made from the label. */
  private static LaunchMode mode(PlistDictionary portunus, String label, PlistDictionary plist) {
    if (!portunus.flag(DEVELOPMENT)) {
      return LaunchMode.ORDINARY;
    }
    if (!(DEBUGGER + label).matches(NAME_FORM)) {
      throw plist.wrong("Label", "of at most 122 characters where Development is true");
    }
    if (machServices(plist).size() == MAX_SERVICES) {
      throw plist.wrong("MachServices", "one name less where Development is true");
    }
    return LaunchMode.DEVELOPMENT;
  }

  private static Duration seconds(PlistDictionary plist, String key, int absent) {
    return Duration.ofSeconds(plist.integer(key, 0, MAX_SECONDS).orElse(absent));
  }

  private static String bundle(PlistDictionary portunus) {
    String bundle = portunus.required(BUNDLE, ".{1,1024}");
    boolean climbs = List.of(bundle.split("/", -1)).contains("..");
    if (climbs || bundle.chars().anyMatch(Character::isISOControl)) {
      throw portunus.wrong(BUNDLE, "a path without '..' and control characters");
    }
    return bundle;
  }

  private static List<String> machServices(PlistDictionary plist) {
    PlistDictionary services =
        plist
            .dictionary("MachServices")
            .orElseThrow(() -> plist.wrong("MachServices", "present: it is what starts the job"));
    for (String name : services.keys()) {
      if (!name.matches(NAME_FORM)) {
        throw services.wrong(name, "a name of the form " + NAME_FORM);
      }
      checkService(services, name);
    }
    if (services.keys().isEmpty() || services.keys().size() > MAX_SERVICES) {
      throw plist.wrong("MachServices", "a dictionary of 1 to " + MAX_SERVICES + " names");
    }
    return List.copyOf(services.keys());
  }

  private static void checkService(PlistDictionary services, String name) {
    if (services.isDictionary(name)) {
      PlistDictionary options = services.dictionary(name).orElseThrow();
      options.refuseOthers(Set.of("ResetAtClose", "HideUntilCheckIn"));
      for (String key : options.keys()) {
        throw options.refusedKey(key, "is a key of launchd.plist that is not supported yet");
      }
      throw services.wrong(name, "true");
    }
    if (!services.flag(name)) {
      throw services.wrong(name, "true");
    }
  }
}
