// SPDX-License-Identifier: Apache-2.0
package org.portunus.launchd.bundle;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.jar.Attributes;
import java.util.regex.Pattern;
import org.portunus.abi.identity.CodeImage;
import org.portunus.system.code.StrictJar;

/** The jars of a code image, each checked by {@link StrictJar} and by the rules about packages. */
final class BundleCode {
  private static final Pattern OURS =
      Pattern.compile("(META-INF/versions/[^/]*/)?(org/portunus|java)/.*", Pattern.DOTALL);

  /** Attributes by which a jar's manifest would load other code or open doors. */
  private static final List<String> WITHOUT_EFFECT =
      List.of(
          "Class-Path",
          "Launcher-Agent-Class",
          "Agent-Class",
          "Premain-Class",
          "Boot-Class-Path",
          "Add-Opens",
          "Add-Exports",
          "Enable-Native-Access");

  private static final String FOLDER = "Contents/Java/";

  private final Set<String> classes = new HashSet<>();
  private final List<String> ignored = new ArrayList<>();

  private BundleCode() {}

  static BundleCode check(CodeImage image) {
    BundleCode code = new BundleCode();
    boolean any = false;
    for (CodeImage.Entry entry : image.entries()) {
      if (entry.path().toLowerCase(Locale.ROOT).endsWith(".jar")) {
        code.checkJar(entry);
        any |= isLoaded(entry.path());
      }
    }
    if (!any) {
      throw BundleFolder.refused(FOLDER, "has no jar");
    }
    return code;
  }

  private static boolean isLoaded(String path) {
    return path.startsWith(FOLDER)
        && path.endsWith(".jar")
        && path.indexOf('/', FOLDER.length()) < 0;
  }

  private void checkJar(CodeImage.Entry entry) {
    try {
      StrictJar jar = StrictJar.open(entry.content());
      for (String name : jar.names()) {
        if (OURS.matcher(name).matches() && !name.endsWith("/")) {
          throw BundleFolder.refused(
              entry.path(), "has " + name + ": packages org.portunus and java are the system's");
        }
        if (isLoaded(entry.path()) && name.endsWith(".class")) {
          classes.add(name);
        }
      }
      Attributes attributes = jar.manifest();
      for (String attribute : WITHOUT_EFFECT) {
        if (attributes.getValue(attribute) != null) {
          ignored.add(entry.path() + ": " + attribute);
        }
      }
    } catch (StrictJar.RefusedException e) {
      throw BundleFolder.refused(entry.path(), "is no jar that may be loaded", e);
    }
  }

  void requireClass(String name) {
    if (!classes.contains(name.replace('.', '/') + ".class")) {
      throw BundleFolder.refused(
          FOLDER, "has no jar with the class " + name + " that Info.plist names");
    }
  }

  List<String> ignored() {
    return List.copyOf(ignored);
  }
}
