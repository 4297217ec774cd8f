// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.SeekableByteChannel;

/** A read-only view of a file with a position of its own. */
final class FileRightChannel implements SeekableByteChannel {
  private final FileRight right;
  private long position;
  private boolean open = true;

  FileRightChannel(FileRight right) {
    this.right = right;
  }

  @Override
  public synchronized int read(ByteBuffer into) throws IOException {
    checkOpen();
    int read = right.read(position, into);
    if (read > 0) {
      position += read;
    }
    return read;
  }

  @Override
  public int write(ByteBuffer from) {
    throw new NonWritableChannelException();
  }

  @Override
  public synchronized long position() throws IOException {
    checkOpen();
    return position;
  }

  @Override
  public synchronized SeekableByteChannel position(long newPosition) throws IOException {
    checkOpen();
    if (newPosition < 0) {
      throw new IllegalArgumentException("position " + newPosition);
    }
    position = newPosition;
    return this;
  }

  @Override
  public synchronized long size() throws IOException {
    checkOpen();
    return right.size();
  }

  @Override
  public SeekableByteChannel truncate(long size) {
    throw new NonWritableChannelException();
  }

  @Override
  public synchronized boolean isOpen() {
    return open && !right.isClosed();
  }

  @Override
  public synchronized void close() {
    open = false;
  }

  private void checkOpen() throws ClosedChannelException {
    if (!isOpen()) {
      throw new ClosedChannelException();
    }
  }
}
