// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.start;

import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLConnection;
import java.net.URLStreamHandler;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.security.ProtectionDomain;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.abi.identity.CodeImage;
import org.portunus.system.code.StrictJar;

/**
 * Loads a bundle's classes and resources from its code image and from nothing else. Manifests have
 * no effect; packages of this system and of Java are refused.
 *
 * <p>A bundle that has slf4j also gets this system's provider for it, which writes to the log, and
 * one that has the API of OpenTelemetry that which ties calls to its spans. The code of one that
 * has {@link ObservedCode#MARK} is defined with calls that report refusals.
 */
final class BundleLoader extends ClassLoader {
  static {
    registerAsParallelCapable();
  }

  private static final String CODE_FOLDER = "Contents/Java/";
  private static final String SLF4J = "org/slf4j/LoggerFactory.class";
  private static final String PROVIDER = "provider/slf4j-provider.jar";
  private static final String TRACING = "io/opentelemetry/api/trace/Span.class";
  private static final String TRACING_PROVIDER = "provider/opentelemetry-provider.jar";
  private static final List<String> OURS =
      List.of("org.portunus.slf4j.", "org.portunus.opentelemetry.");
  private static final List<String> REFUSED = List.of("org.portunus.", "java.");

  private final List<StrictJar> jars = new ArrayList<>();
  private boolean observed;
  private final int bundled;
  private final boolean traced;
  private final ProtectionDomain domain =
      new ProtectionDomain(new CodeSource(null, (Certificate @Nullable []) null), null, this, null);

  private final List<String> libraries;

  BundleLoader(CodeImage image, ClassLoader parent) throws IOException {
    this(image, parent, List.of());
  }

  /**
   * @param libraries file names of the native libraries in the folder java.library.path
   */
  BundleLoader(CodeImage image, ClassLoader parent, List<String> libraries) throws IOException {
    super("bundle", parent);
    this.libraries = libraries;
    for (CodeImage.Entry file : image.entries()) {
      if (file.path().startsWith(CODE_FOLDER) && file.path().endsWith(".jar")) {
        StrictJar jar = StrictJar.open(file.content());
        observed |= jar.has(ObservedCode.MARK);
        jars.add(jar);
      }
    }
    bundled = jars.size();
    if (anyHas(SLF4J)) {
      add(PROVIDER);
    }
    traced = anyHas(TRACING);
    if (traced) {
      add(TRACING_PROVIDER);
    }
  }

  private boolean anyHas(String name) {
    for (StrictJar jar : jars) {
      if (jar.has(name)) {
        return true;
      }
    }
    return false;
  }

  private void add(String provider) throws IOException {
    jars.add(StrictJar.open(ByteBuffer.wrap(Files.readAllBytes(beside(provider)))));
  }

  /** Whether the bundle has the API of OpenTelemetry. */
  boolean isTraced() {
    return traced;
  }

  /** A file beside the system's modules; in development mode another folder follows theirs. */
  static Path beside(String name) {
    String path = System.getProperty("jdk.module.path", "");
    int end = path.indexOf(File.pathSeparatorChar);
    return Path.of(end < 0 ? path : path.substring(0, end)).resolve(name);
  }

  private Optional<byte[]> read(StrictJar jar, String name) {
    try {
      return jar.read(name);
    } catch (StrictJar.RefusedException refused) {
      throw new PortunusException(ErrorCode.BUNDLE, String.valueOf(refused.getMessage()), refused);
    }
  }

  @Override
  protected Class<?> findClass(String name) throws ClassNotFoundException {
    String path = name.replace('.', '/') + ".class";
    for (StrictJar jar : jars) {
      Optional<byte[]> code = read(jar, path);
      if (code.isPresent()) {
        boolean ours = jars.indexOf(jar) >= bundled && OURS.stream().anyMatch(name::startsWith);
        if (!ours && REFUSED.stream().anyMatch(name::startsWith)) {
          throw new ClassNotFoundException(name + ": packages of the system are not a bundle's");
        }
        byte[] defined = observed && !ours ? ObservedCode.of(name, code.get(), this) : code.get();
        return defineClass(name, defined, 0, defined.length, domain);
      }
    }
    throw new ClassNotFoundException(name);
  }

  /** The file of a declared library; others are refused, also where the JDK has one of the name. */
  @Override
  protected String findLibrary(String name) {
    String file = System.mapLibraryName(name);
    if (!libraries.contains(file)) {
      PortunusException refused =
          new PortunusException(
              ErrorCode.NATIVE, "Info.plist of the bundle has no " + file + " in NativeLibraries");
      Error error = new UnsatisfiedLinkError(refused.getMessage());
      error.initCause(refused);
      throw error;
    }
    return Path.of(System.getProperty("java.library.path", ""), file).toString();
  }

  @Override
  protected @Nullable URL findResource(String name) {
    for (int i = 0; i < jars.size(); i++) {
      if (jars.get(i).has(name)) {
        return url(i, name);
      }
    }
    return null;
  }

  @Override
  protected Enumeration<URL> findResources(String name) {
    List<URL> found = new ArrayList<>();
    for (int i = 0; i < jars.size(); i++) {
      if (jars.get(i).has(name)) {
        found.add(url(i, name));
      }
    }
    return Collections.enumeration(found);
  }

  private URL url(int jar, String name) {
    try {
      URI uri = new URI("bundle", null, "/" + jar + "/" + name, null);
      return URL.of(uri, new Handler(jars.get(jar), name));
    } catch (URISyntaxException | MalformedURLException impossible) {
      throw new IllegalStateException("a resource name that is no URL path", impossible);
    }
  }

  /** Opens one resource. */
  private final class Handler extends URLStreamHandler {
    private final StrictJar jar;
    private final String name;

    Handler(StrictJar jar, String name) {
      this.jar = jar;
      this.name = name;
    }

    @Override
    protected URLConnection openConnection(URL url) {
      return new URLConnection(url) {
        @Override
        public void connect() {
          connected = true;
        }

        @Override
        public InputStream getInputStream() {
          return new ByteArrayInputStream(read(jar, name).orElse(new byte[0]));
        }
      };
    }
  }
}
