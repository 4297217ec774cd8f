// SPDX-License-Identifier: Apache-2.0
package portunus.example.inspector.service.archive;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import portunus.example.inspector.Reason;
import portunus.example.inspector.service.content.Budget;

/** An entry's bytes. At its end, size and checksum must be what the directory said. */
final class ZipEntryStream extends FilterInputStream {
  private static final int BUFFER = 16 * 1024;

  private final ZipEntryRecord entry;
  private final Budget budget;
  private final CRC32 crc = new CRC32();
  private long read;

  private ZipEntryStream(InputStream bytes, ZipEntryRecord entry, Budget budget) {
    super(bytes);
    this.entry = entry;
    this.budget = budget;
  }

  static InputStream open(InputStream packed, ZipEntryRecord entry, Budget budget) {
    if (!entry.isReadable()) {
      throw budget.refuse(
          Reason.FORMAT_DAMAGED, "zip: an entry is encrypted or packed in an unknown way");
    }
    InputStream bytes =
        entry.method() == ZipEntryRecord.STORED ? packed : new OwnInflaterStream(packed);
    return new ZipEntryStream(budget.counted(bytes), entry, budget);
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    int count = super.read(into, offset, length);
    if (count > 0) {
      crc.update(into, offset, count);
      read += count;
    } else if (count < 0 && (read != entry.size() || crc.getValue() != entry.crc())) {
      throw budget.refuse(
          Reason.FORMAT_DAMAGED, "zip: an entry's size or checksum is not what the directory says");
    }
    return count;
  }

  @Override
  public long skip(long count) throws IOException {
    return in.readNBytes((int) Math.min(count, BUFFER)).length;
  }

  @Override
  public boolean markSupported() {
    return false;
  }

  /** Owns its inflater, and gives back the native memory on close. */
  private static final class OwnInflaterStream extends InflaterInputStream {
    OwnInflaterStream(InputStream packed) {
      super(packed, new Inflater(true), BUFFER);
    }

    @Override
    public void close() throws IOException {
      inf.end();
      super.close();
    }
  }
}
