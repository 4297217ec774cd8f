// SPDX-License-Identifier: Apache-2.0
package org.portunus.abi.wire;

import java.util.ArrayList;
import java.util.List;
import org.portunus.abi.identity.CodeIdentity;

/**
 * What launchd asks the kernel to start, and what the start code is told: the intersection of what
 * the bundle asks for and what the administrator grants. The kernel reads no property list.
 *
 * @param label the job's label
 * @param identifier the bundle's CFBundleIdentifier
 * @param code what the code image must hash to
 * @param modules JDK modules that the bundle's code may use beside java.base
 * @param services what the task offers
 * @param mode on the wire a last byte, 1 for development, else 0
 * @param files of its bundle that the task sees as files: native libraries, fonts. They are at the
 *     end of the bytes, which have nothing there if there are none
 * @param qos how urgently it works; on the wire after the mode
 */
public record LaunchRecord(
    String label,
    String identifier,
    CodeIdentity code,
    Limits limits,
    List<String> modules,
    List<OfferedService> services,
    LaunchMode mode,
    List<String> files,
    QosGrant qos) {
  /** Longest label, bytes: the counts of all tasks fit in one message. */
  public static final int MAX_LABEL = 128;

  /** Most files: each is a descriptor of the message that asks for the start. */
  public static final int MAX_FILES = 13;

  /** Folder of native libraries in {@link #files}. */
  public static final String NATIVE = "native/";

  /** Folder of fonts, and of what tells the Java machine of them. */
  public static final String FONTS = "fonts/";

  /** What tells the Java machine of the fonts; there if there are fonts. */
  public static final String FONT_LIST = FONTS + "fontconfig.properties";

  /** Form of a file name. */
  public static final String FILE_NAME = "[A-Za-z0-9_][A-Za-z0-9_.+-]{0,62}";

  private static final String FILE = "(" + NATIVE + "|" + FONTS + ")" + FILE_NAME;
  private static final int MAX_FILE = 96;
  private static final int MAX_NAME = 256;
  private static final int MAX_LIST = 64;
  private static final int DEVELOPMENT = 1;

  /** An ordinary launch. */
  public LaunchRecord(
      String label,
      String identifier,
      CodeIdentity code,
      Limits limits,
      List<String> modules,
      List<OfferedService> services) {
    this(label, identifier, code, limits, modules, services, LaunchMode.ORDINARY, List.of());
  }

  /** One that works as tasks do where nothing is granted. */
  public LaunchRecord(
      String label,
      String identifier,
      CodeIdentity code,
      Limits limits,
      List<String> modules,
      List<OfferedService> services,
      LaunchMode mode,
      List<String> files) {
    this(label, identifier, code, limits, modules, services, mode, files, QosGrant.STANDARD);
  }

  /** One without files. */
  public LaunchRecord(
      String label,
      String identifier,
      CodeIdentity code,
      Limits limits,
      List<String> modules,
      List<OfferedService> services,
      LaunchMode mode) {
    this(label, identifier, code, limits, modules, services, mode, List.of());
  }

  /** An ordinary launch with files. */
  public LaunchRecord(
      String label,
      String identifier,
      CodeIdentity code,
      Limits limits,
      List<String> modules,
      List<OfferedService> services,
      List<String> files) {
    this(label, identifier, code, limits, modules, services, LaunchMode.ORDINARY, files);
  }

  /**
   * What a task may use.
   *
   * @param heapMiB ceiling of the Java heap: beyond it the call fails with limit.memory
   * @param memoryMiB hard ceiling of the process: beyond it the task is killed
   * @param processes processes and threads
   * @param cpuSeconds processor time of the whole life of the task
   * @param descriptors open files
   * @param idleMillis with no open transaction for this long, the task ends
   * @param graceMillis from a cancel to the kill
   */
  public record Limits(
      int heapMiB,
      int memoryMiB,
      int processes,
      int cpuSeconds,
      int descriptors,
      int idleMillis,
      int graceMillis) {

    void write(WireWriter out) {
      out.i32(heapMiB).i32(memoryMiB).i32(processes).i32(cpuSeconds).i32(descriptors);
      out.i32(idleMillis).i32(graceMillis);
    }

    static Limits read(WireReader in) throws MalformedFrameException {
      int heap = in.i32("heap", 8, 1 << 20);
      int memory = in.i32("memory", 32, 1 << 20);
      int processes = in.i32("processes", 16, 32768);
      int cpu = in.i32("cpu seconds", 1, Integer.MAX_VALUE);
      int descriptors = in.i32("descriptors", 32, 65536);
      int idle = in.i32("idle", 1, Integer.MAX_VALUE);
      int grace = in.i32("grace", 1, Integer.MAX_VALUE);
      return new Limits(heap, memory, processes, cpu, descriptors, idle, grace);
    }
  }

  /**
   * A service of the task.
   *
   * @param name what clients look up
   * @param type generated class of the interface, which has the codecs
   * @param implementation class with a public constructor without parameters
   */
  public record OfferedService(String name, String type, String implementation) {}

  public byte[] toBytes() {
    WireWriter out = new WireWriter();
    out.string(label).string(identifier).fixed(code.toBytes());
    limits.write(out);
    out.u16(modules.size());
    modules.forEach(out::string);
    out.u16(services.size());
    services.forEach(s -> out.string(s.name()).string(s.type()).string(s.implementation()));
    out.u8(mode == LaunchMode.DEVELOPMENT ? DEVELOPMENT : 0);
    qos.write(out);
    if (!files.isEmpty()) {
      out.u16(files.size());
      files.forEach(out::string);
    }
    return out.toBytes();
  }

  public static LaunchRecord read(byte[] body) throws MalformedFrameException {
    return read(new WireReader(body));
  }

  /** Reads one that is the rest of what there is to read. */
  public static LaunchRecord read(WireReader in) throws MalformedFrameException {
    String label = in.string("label", MAX_LABEL);
    String identifier = in.string("identifier", MAX_NAME);
    CodeIdentity code = CodeIdentity.ofBytes(in.fixed("code identity", CodeIdentity.BYTES));
    Limits limits = Limits.read(in);
    List<String> modules = new ArrayList<>();
    for (int left = count(in, "modules"); left > 0; left--) {
      modules.add(in.string("module", MAX_NAME));
    }
    List<OfferedService> services = new ArrayList<>();
    for (int left = count(in, "services"); left > 0; left--) {
      String name = in.string("service name", MAX_NAME);
      String type = in.string("service type", MAX_NAME);
      services.add(new OfferedService(name, type, in.string("implementation", MAX_NAME)));
    }
    LaunchMode mode = mode(in);
    QosGrant qos = QosGrant.read(in);
    List<String> files = in.remaining() == 0 ? List.of() : files(in);
    in.end();
    return new LaunchRecord(
        label,
        identifier,
        code,
        limits,
        List.copyOf(modules),
        List.copyOf(services),
        mode,
        files,
        qos);
  }

  private static LaunchMode mode(WireReader in) throws MalformedFrameException {
    int mode = in.u8("mode");
    if (mode > DEVELOPMENT) {
      throw new MalformedFrameException("mode is " + mode);
    }
    return mode == DEVELOPMENT ? LaunchMode.DEVELOPMENT : LaunchMode.ORDINARY;
  }

  private static List<String> files(WireReader in) throws MalformedFrameException {
    int count = in.u16("files");
    if (count == 0 || count > MAX_FILES) {
      throw new MalformedFrameException(count + " files, at least 1, at most " + MAX_FILES);
    }
    List<String> files = new ArrayList<>();
    for (int left = count; left > 0; left--) {
      String file = in.string("file", MAX_FILE);
      if (!isFile(file) || files.contains(file)) {
        throw new MalformedFrameException("a file's name is of no known form, or there twice");
      }
      files.add(file);
    }
    return List.copyOf(files);
  }

  /** Whether it is a place of a file of a bundle: a folder, a name. */
  public static boolean isFile(String file) {
    return file.matches(FILE);
  }

  /** The names of the native libraries among the files. */
  public List<String> libraries() {
    return files.stream()
        .filter(file -> file.startsWith(NATIVE))
        .map(file -> file.substring(NATIVE.length()))
        .toList();
  }

  private static int count(WireReader in, String field) throws MalformedFrameException {
    int count = in.u16(field);
    if (count > MAX_LIST) {
      throw new MalformedFrameException(count + " " + field + ", at most " + MAX_LIST);
    }
    return count;
  }
}
