// SPDX-License-Identifier: Apache-2.0
package org.portunus.abi.identity;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * Which code a task runs: the SHA-256 of its canonical file list.
 *
 * <pre>
 *   "portunus-files-1" 0x00
 *   for each file, in byte order of its path:
 *     u32  length of the path in bytes
 *     ...  path, UTF-8, NFC, relative, '/' between names
 *     u8   kind: 1 regular file (no other kind is allowed in a bundle)
 *     u8   executable bits: owner 4, group 2, others 1
 *     u64  size in bytes
 *     32   SHA-256 of the content
 * </pre>
 *
 * Numbers are little-endian. Folders have no entry of their own: a bundle's folders follow from its
 * paths.
 */
public final class CodeIdentity {
  /** Bytes of an identity. */
  public static final int BYTES = 32;

  private static final byte[] DOMAIN = "portunus-files-1\0".getBytes(StandardCharsets.US_ASCII);

  private final byte[] hash;

  private CodeIdentity(byte[] hash) {
    this.hash = hash;
  }

  /** The identity of these files. Their paths must differ. */
  public static CodeIdentity of(List<CodeFile> files) {
    MessageDigest digest = sha256();
    digest.update(DOMAIN);
    files.stream().sorted(CodeFile.BY_PATH_BYTES).forEach(file -> add(digest, file));
    return new CodeIdentity(digest.digest());
  }

  /** An identity as it was stored or received: 32 bytes. */
  public static CodeIdentity ofBytes(byte[] bytes) {
    if (bytes.length != BYTES) {
      throw new IllegalArgumentException("a code identity has 32 bytes, not " + bytes.length);
    }
    return new CodeIdentity(bytes.clone());
  }

  private static void add(MessageDigest digest, CodeFile file) {
    byte[] path = file.pathBytes();
    ByteBuffer head = ByteBuffer.allocate(4 + path.length + 10).order(ByteOrder.LITTLE_ENDIAN);
    head.putInt(path.length).put(path);
    head.put((byte) CodeFile.REGULAR).put((byte) file.executable()).putLong(file.size());
    digest.update(head.array());
    digest.update(file.sha256());
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** A copy of the 32 bytes. */
  public byte[] toBytes() {
    return hash.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof CodeIdentity that && Arrays.equals(hash, that.hash);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(hash);
  }

  /** 64 lower-case hexadecimal digits. */
  @Override
  public String toString() {
    return HexFormat.of().formatHex(hash);
  }
}
