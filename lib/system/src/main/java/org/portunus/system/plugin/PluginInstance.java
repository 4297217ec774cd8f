// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.plugin;

import java.lang.reflect.InvocationTargetException;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;

/** Makes a plug-in inside its service, as the framework that it was written for would. */
public final class PluginInstance {
  private static final Set<String> STARTED = ConcurrentHashMap.newKeySet();

  private PluginInstance() {}

  /**
   * A provider, made by {@link ServiceLoader}.
   *
   * @param providers of the bundle; only the bundle itself may load them
   * @param provider name of its class
   * @throws PortunusException BUNDLE if there is none of this name
   */
  public static <S> S ofServiceLoader(ServiceLoader<S> providers, String provider) {
    for (ServiceLoader.Provider<S> found : providers.stream().toList()) {
      if (found.type().getName().equals(provider)) {
        return found.get();
      }
    }
    throw new PortunusException(
        ErrorCode.BUNDLE, provider + " is not among the bundle's " + providers);
  }

  /**
   * A PF4J extension, made by its constructor without parameters.
   *
   * @param extension name of its class
   * @param adapter a class of the bundle
   */
  public static <S> S ofExtension(Class<S> point, String extension, Class<?> adapter) {
    return point.cast(create(extension, adapter));
  }

  /**
   * Makes a PF4J plug-in by its constructor without parameters, and starts it, once in a process.
   * It is never stopped: the service's process ends with it.
   *
   * @param plugin name of its class
   */
  public static void start(String plugin, Class<?> adapter) {
    if (!STARTED.add(plugin)) {
      return;
    }
    Object made = create(plugin, adapter);
    try {
      made.getClass().getMethod("start").invoke(made);
    } catch (InvocationTargetException thrown) {
      throw failed(plugin + ".start()", thrown);
    } catch (ReflectiveOperationException missing) {
      throw refused(plugin, missing);
    }
  }

  private static Object create(String name, Class<?> adapter) {
    try {
      return Class.forName(name, true, adapter.getClassLoader())
          .getDeclaredConstructor()
          .newInstance();
    } catch (InvocationTargetException thrown) {
      throw failed("the constructor of " + name, thrown);
    } catch (ReflectiveOperationException | LinkageError missing) {
      throw refused(name, missing);
    }
  }

  private static PortunusException failed(String what, InvocationTargetException thrown) {
    return new PortunusException(ErrorCode.BUNDLE, what + " threw " + thrown.getCause(), thrown);
  }

  private static PortunusException refused(String name, Throwable why) {
    return new PortunusException(ErrorCode.BUNDLE, "plug-in " + name + ": " + why, why);
  }
}
