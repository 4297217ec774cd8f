// SPDX-License-Identifier: Apache-2.0
package org.portunus.tool.adapt;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import javax.lang.model.SourceVersion;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;

/**
 * What is to be adapted, and how.
 *
 * @param framework that the plug-ins were written for
 * @param pluginInterface name of the interface that the plug-ins implement, as Java writes it
 * @param name of the bundle, of its job, and the beginning of its services' names
 * @param jars the plug-ins' and whatever they need
 * @param providers classes of the plug-ins to adapt; empty for all that are found
 * @param omit methods, and plug-in classes of PF4J, that are left out
 * @param modules of the JDK that the plug-ins need beside java.base
 * @param observation whether what the plug-ins are refused is logged
 * @param out folder for the result
 */
public record AdaptRequest(
    Framework framework,
    String pluginInterface,
    String name,
    List<Path> jars,
    List<String> providers,
    Set<String> omit,
    List<String> modules,
    Observation observation,
    Path out) {
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9]*([.-][a-z][a-z0-9]*){0,8}");
  private static final int MAX_NAME = 64;

  public AdaptRequest {
    jars = List.copyOf(jars);
    providers = List.copyOf(providers);
    omit = Set.copyOf(omit);
    modules = List.copyOf(modules);
    if (!NAME.matcher(name).matches()
        || name.length() > MAX_NAME
        || name.startsWith("org.portunus")
        || name.startsWith("java")) {
      throw new PortunusException(
          ErrorCode.USAGE,
          "--name takes words of small letters and digits with dots and dashes between, 64"
              + " characters at most, and not the system's own: "
              + name);
    }
    if (!SourceVersion.isName(name.replace('-', '_'))) {
      throw new PortunusException(
          ErrorCode.USAGE, "--name becomes a package, so no word of it is one of Java's: " + name);
    }
    if (jars.isEmpty()) {
      throw new PortunusException(ErrorCode.USAGE, "the jars of the plug-in are missing");
    }
  }

  /** How plug-ins are found and made. */
  public enum Framework {
    SERVICE_LOADER,
    PF4J
  }

  /** Whether the code of the plug-ins gets calls that log what it is refused. */
  public enum Observation {
    ON,
    OFF
  }

  /** The package of the classes that are made. */
  String packageName() {
    return name.replace('-', '_');
  }
}
