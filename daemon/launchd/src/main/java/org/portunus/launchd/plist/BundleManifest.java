// SPDX-License-Identifier: Apache-2.0
package org.portunus.launchd.plist;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.abi.wire.LaunchRecord;
import org.portunus.abi.wire.LaunchRecord.OfferedService;

/**
 * What a bundle says of itself and asks for, from the Info.plist in its sealed image.
 *
 * <p>Keys outside our own dictionary that are not listed here are left to others: bundles carry
 * many. Within it every key must be known.
 *
 * @param identifier CFBundleIdentifier
 * @param version CFBundleVersion
 * @param modules JDK modules beside java.base
 * @param services what its code implements
 * @param ask what it asks for
 */
public record BundleManifest(
    String identifier,
    String version,
    List<String> modules,
    List<OfferedService> services,
    LimitKeys ask) {
  /** Where it stands in a bundle. */
  public static final String PATH = "Contents/Info.plist";

  private static final String IDENTIFIER = "[a-z0-9][a-z0-9.-]{0,127}";
  private static final String CLASS = "[A-Za-z_$][A-Za-z0-9_$]*(\\.[A-Za-z_$][A-Za-z0-9_$]*){0,32}";
  private static final String MODULE = "(java|jdk)(\\.[a-z][a-z0-9]{0,14}){1,8}";
  private static final int MAX_LIST = 64;
  private static final int MAX_CLASS_NAME = 256;

  public BundleManifest {
    modules = List.copyOf(modules);
    services = List.copyOf(services);
  }

  /**
   * Reads the bytes of an Info.plist.
   *
   * @throws PortunusException PLIST_VALUE and PLIST_KEY, naming key and reason
   */
  public static BundleManifest read(String file, byte[] bytes) {
    PlistDictionary plist = PropertyList.read(file, bytes);
    String identifier = plist.required("CFBundleIdentifier", IDENTIFIER);
    plist.required("CFBundlePackageType", "XPC!");
    String version = plist.required("CFBundleVersion", "[0-9A-Za-z.+-]{1,64}");
    PlistDictionary portunus =
        plist
            .dictionary(JobPlist.PORTUNUS)
            .orElseThrow(() -> plist.wrong(JobPlist.PORTUNUS, "present: it names the Services"));
    Set<String> known = new HashSet<>(LimitKeys.KEYS);
    known.add("Services");
    known.add("Modules");
    portunus.refuseOthers(known);
    return new BundleManifest(
        identifier,
        version,
        portunus.strings("Modules", MAX_LIST, MODULE),
        services(portunus),
        LimitKeys.read(portunus));
  }

  private static List<OfferedService> services(PlistDictionary portunus) {
    PlistDictionary services =
        portunus
            .dictionary("Services")
            .orElseThrow(() -> portunus.wrong("Services", "present: it names what the code does"));
    List<OfferedService> offered = new ArrayList<>();
    for (String name : services.keys()) {
      if (!name.matches(JobPlist.NAME_FORM) || offered.size() == MAX_LIST) {
        throw services.wrong(name, "one of at most 64 names of the form " + JobPlist.NAME_FORM);
      }
      PlistDictionary service =
          services.dictionary(name).orElseThrow(() -> services.wrong(name, "a dictionary"));
      service.refuseOthers(Set.of("Type", "Implementation"));
      offered.add(
          new OfferedService(
              name, className(service, "Type"), className(service, "Implementation")));
    }
    if (offered.isEmpty()) {
      throw portunus.wrong("Services", "a dictionary of at least one service");
    }
    return offered;
  }

  private static String className(PlistDictionary service, String key) {
    String name = service.required(key, CLASS);
    if (name.length() > MAX_CLASS_NAME) {
      throw service.wrong(key, "a class name of at most " + MAX_CLASS_NAME + " characters");
    }
    return name;
  }

  /**
   * The services of the job that this bundle implements; the bundle's others are not offered.
   *
   * @throws PortunusException BUNDLE if the job names a service that the bundle does not have
   */
  public List<OfferedService> offeredTo(JobPlist job) {
    List<OfferedService> offered = new ArrayList<>();
    for (String name : job.machServices()) {
      offered.add(
          services.stream()
              .filter(service -> service.name().equals(name))
              .findFirst()
              .orElseThrow(() ->
                  new PortunusException(
                      ErrorCode.BUNDLE,
                      "the job "
                          + job.label()
                          + " offers "
                          + name
                          + ", which Info.plist of "
                          + identifier
                          + " does not have under Portunus/Services")));
    }
    job.debugger().ifPresent(offered::add);
    return List.copyOf(offered);
  }

  /** What a task of this bundle may use under this grant. */
  public LaunchRecord.Limits limitsUnder(LimitKeys grant) {
    return LimitKeys.effective(grant, ask);
  }
}
