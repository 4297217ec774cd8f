// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.code;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.jar.Attributes;
import java.util.jar.Manifest;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * A jar read by rules that leave one reading only. Every byte of the file belongs to exactly one
 * of: an entry (local header, data, descriptor), the central directory, the end record.
 *
 * <p>Refused, each by the name of its rule (the code point in {@link Rule}): two entries of one
 * name, a local header that differs from the central directory, bytes before, between or behind,
 * comments, encryption, zip64, more than one disk, methods other than stored and deflated, names
 * that are absolute or climb, links.
 *
 * <p>Source: APPNOTE.TXT 6.3.10, sections 4.3 to 4.5. Safe for use by several threads.
 */
public final class StrictJar {
  /** Most entries of a jar. */
  public static final int MAX_ENTRIES = 65_534;

  /** Largest entry, inflated: 64 MiB. */
  public static final int MAX_ENTRY_BYTES = 64 << 20;

  /** The manifest's name. */
  public static final String MANIFEST = "META-INF/MANIFEST.MF";

  private static final int MAX_MANIFEST = 1 << 20;

  private final ByteBuffer bytes;
  private final Map<String, Entry> entries;
  // Its native memory costs more to make than a class takes to inflate.
  private final AtomicReference<@Nullable Inflater> idle = new AtomicReference<>();

  /** What a jar may not do. */
  public enum Rule {
    DUPLICATE_NAME("two entries of one name"),
    LYING_HEADER("local header and central directory differ"),
    HIDDEN_DATA("bytes that belong to no entry"),
    ENCRYPTED("encrypted"),
    ZIP64("zip64"),
    SEVERAL_DISKS("spread over several disks"),
    METHOD("compressed by an unknown method"),
    NAME("name is absolute, climbs or has characters that are not allowed"),
    LINK("neither a file nor a folder"),
    TRUNCATED("a part is missing"),
    TOO_LARGE("too large"),
    CONTENT("content does not match its size or checksum"),
    MANIFEST("manifest can't be read");

    private final String text;

    Rule(String text) {
      this.text = text;
    }

    /** The rule in words. */
    public String text() {
      return text;
    }
  }

  /** The jar breaks a rule. */
  public static final class RefusedException extends IOException {
    private static final long serialVersionUID = 1L;

    private final Rule rule;

    RefusedException(Rule rule, String where) {
      super(rule.text() + ": " + where);
      this.rule = rule;
    }

    RefusedException(Rule rule, String where, Throwable cause) {
      super(rule.text() + ": " + where, cause);
      this.rule = rule;
    }

    public Rule rule() {
      return rule;
    }
  }

  /**
   * An entry as both of its headers declare it.
   *
   * @param dataOffset where its stored bytes begin
   * @param size inflated, bytes
   */
  record Entry(
      String name,
      boolean deflated,
      int crc,
      int storedSize,
      int size,
      int headerOffset,
      int dataOffset) {}

  private StrictJar(ByteBuffer bytes, Map<String, Entry> entries) {
    this.bytes = bytes;
    this.entries = entries;
  }

  /**
   * Reads the structure of a jar and checks all of it but the contents.
   *
   * @param jar the whole jar, unchanging; only its view is kept
   */
  public static StrictJar open(ByteBuffer jar) throws RefusedException {
    JarStructure structure = new JarStructure(jar.slice().asReadOnlyBuffer());
    Map<String, Entry> entries = new TreeMap<>();
    List<Entry> inOrder = new ArrayList<>(structure.readEntries());
    // Comparator's own lambdas are in no archive: a start would wait two milliseconds for one.
    inOrder.sort((a, b) -> Integer.compare(a.headerOffset(), b.headerOffset()));
    int expected = 0;
    for (Entry entry : inOrder) {
      if (entry.headerOffset() != expected) {
        throw new RefusedException(Rule.HIDDEN_DATA, "before " + entry.name());
      }
      expected = structure.endOf(entry);
      if (entries.put(entry.name(), entry) != null) {
        throw new RefusedException(Rule.DUPLICATE_NAME, entry.name());
      }
    }
    if (expected != structure.directoryOffset()) {
      throw new RefusedException(Rule.HIDDEN_DATA, "before the central directory");
    }
    for (String name : entries.keySet()) {
      if (!name.endsWith("/") && entries.containsKey(name + "/")) {
        throw new RefusedException(Rule.DUPLICATE_NAME, name + " is a file and a folder");
      }
    }
    return new StrictJar(jar.slice().asReadOnlyBuffer(), entries);
  }

  /** Whether there is an entry of this name. */
  public boolean has(String name) {
    return entries.containsKey(name);
  }

  /** The names of all entries, folders with their '/', in order of their characters. */
  public List<String> names() {
    return List.copyOf(entries.keySet());
  }

  /**
   * The content of a file of the jar; empty if there is none of this name.
   *
   * @throws RefusedException CONTENT if it does not inflate to exactly its declared size and
   *     checksum, TOO_LARGE beyond {@link #MAX_ENTRY_BYTES}
   */
  public Optional<byte[]> read(String name) throws RefusedException {
    Entry entry = name.endsWith("/") ? null : entries.get(name);
    if (entry == null) {
      return Optional.empty();
    }
    byte[] content = entry.deflated() ? inflate(entry) : new byte[entry.size()];
    if (!entry.deflated()) {
      bytes.get(entry.dataOffset(), content);
    }
    CRC32 crc = new CRC32();
    crc.update(content);
    if ((int) crc.getValue() != entry.crc()) {
      throw new RefusedException(Rule.CONTENT, name + " has another checksum");
    }
    return Optional.of(content);
  }

  /** Main attributes of the manifest; empty ones if the jar has none. */
  public Attributes manifest() throws RefusedException {
    Entry entry = entries.get(MANIFEST);
    if (entry == null) {
      return new Attributes();
    }
    if (entry.size() > MAX_MANIFEST) {
      throw new RefusedException(Rule.TOO_LARGE, MANIFEST);
    }
    byte[] content = read(MANIFEST).orElseThrow();
    try {
      return new Manifest(new ByteArrayInputStream(content)).getMainAttributes();
    } catch (IOException e) {
      throw new RefusedException(Rule.MANIFEST, String.valueOf(e.getMessage()), e);
    }
  }

  private byte[] inflate(Entry entry) throws RefusedException {
    Inflater known = idle.getAndSet(null);
    Inflater inflater = known == null ? new Inflater(true) : known;
    try {
      return inflate(entry, inflater);
    } catch (DataFormatException e) {
      throw new RefusedException(Rule.CONTENT, entry.name() + " is not deflated data", e);
    } finally {
      inflater.reset();
      if (!idle.compareAndSet(null, inflater)) {
        inflater.end();
      }
    }
  }

  private byte[] inflate(Entry entry, Inflater inflater)
      throws RefusedException, DataFormatException {
    byte[] content = new byte[entry.size()];
    inflater.setInput(bytes.slice(entry.dataOffset(), entry.storedSize()));
    int done = 0;
    while (!inflater.finished()) {
      // One byte of room beyond the size shows a content that is longer than declared.
      byte[] beyond = new byte[1];
      int got =
          done < content.length
              ? inflater.inflate(content, done, content.length - done)
              : inflater.inflate(beyond);
      if (done == content.length && got > 0) {
        throw new RefusedException(Rule.CONTENT, entry.name() + " is longer than declared");
      }
      if (got == 0
          && !inflater.finished()
          && (inflater.needsInput() || inflater.needsDictionary())) {
        throw new RefusedException(Rule.CONTENT, entry.name() + " ends too early");
      }
      done += got;
    }
    if (done != content.length) {
      throw new RefusedException(Rule.CONTENT, entry.name() + " is shorter than declared");
    }
    if (inflater.getRemaining() != 0) {
      throw new RefusedException(Rule.HIDDEN_DATA, "behind the content of " + entry.name());
    }
    return content;
  }
}
