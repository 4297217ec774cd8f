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
import org.portunus.abi.wire.QosGrant;

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
 * @param libraries file names of the native libraries in Contents/Native that its code loads
 * @param fonts file names of the fonts in Contents/Fonts that Java's are to be
 * @param ask what it asks for
 */
public record BundleManifest(
    String identifier,
    String version,
    List<String> modules,
    List<OfferedService> services,
    List<String> libraries,
    List<String> fonts,
    LimitKeys ask) {
  /** Where it stands in a bundle. */
  public static final String PATH = "Contents/Info.plist";

  /** Key of the native libraries: a list in a bundle, true or false in a job. */
  static final String LIBRARIES = "NativeLibraries";

  private static final String FONTS = "Fonts";
  private static final int MAX_LIBRARIES = 8;
  private static final int MAX_FONTS = 4;
  private static final String LIBRARY = "lib[A-Za-z0-9_][A-Za-z0-9_.+-]{0,58}";
  private static final String FONT = "[A-Za-z0-9_][A-Za-z0-9_.+-]{0,57}\\.(ttf|otf)";

  private static final String IDENTIFIER = "[a-z0-9][a-z0-9.-]{0,127}";
  private static final String CLASS = "[A-Za-z_$][A-Za-z0-9_$]*(\\.[A-Za-z_$][A-Za-z0-9_$]*){0,32}";
  private static final String MODULE = "(java|jdk)(\\.[a-z][a-z0-9]{0,14}){1,8}";
  private static final int MAX_LIST = 64;
  private static final int MAX_CLASS_NAME = 256;

  public BundleManifest {
    modules = List.copyOf(modules);
    services = List.copyOf(services);
    libraries = List.copyOf(libraries);
    fonts = List.copyOf(fonts);
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
    known.add(LIBRARIES);
    known.add(FONTS);
    portunus.refuseOthers(known);
    return new BundleManifest(
        identifier,
        version,
        portunus.strings("Modules", MAX_LIST, MODULE),
        services(portunus),
        names(portunus, LIBRARIES, MAX_LIBRARIES, LIBRARY),
        names(portunus, FONTS, MAX_FONTS, FONT),
        LimitKeys.read(portunus));
  }

  private static List<String> names(PlistDictionary portunus, String key, int most, String form) {
    List<String> names = portunus.strings(key, most, form);
    if (Set.copyOf(names).size() != names.size()) {
      throw portunus.wrong(key, "names that differ");
    }
    return names;
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

  /**
   * The files of a launch for this job, as a LaunchRecord names them.
   *
   * @throws PortunusException NATIVE if the bundle has native libraries and the job does not grant
   *     them
   */
  public List<String> filesUnder(JobPlist job) {
    if (!libraries.isEmpty() && !job.nativeLibraries()) {
      throw new PortunusException(
          ErrorCode.NATIVE,
          "%s loads %s, and the job %s does not grant %s"
              .formatted(identifier, String.join(", ", libraries), job.label(), LIBRARIES));
    }
    List<String> files = new ArrayList<>();
    libraries.forEach(name -> files.add(LaunchRecord.NATIVE + name));
    fonts.forEach(name -> files.add(LaunchRecord.FONTS + name));
    if (!fonts.isEmpty()) {
      files.add(LaunchRecord.FONT_LIST);
    }
    return List.copyOf(files);
  }

  /** What a task of this bundle may use under this grant. */
  public LaunchRecord.Limits limitsUnder(LimitKeys grant) {
    return LimitKeys.effective(grant, ask);
  }

  /** How urgently a task of this bundle works under this grant. */
  public QosGrant qosUnder(LimitKeys grant) {
    return QosKeys.effective(grant.qos(), ask.qos());
  }
}
