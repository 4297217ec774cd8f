// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.pager;

import java.io.IOException;

/**
 * Where the pages of a {@link PagedMemory} come from. Called by several threads at once, each page
 * at most once at a time; a thread whose call takes longer than the memory's deadline is
 * interrupted, and what it returns then is not looked at.
 */
public interface PageSource {
  /**
   * The bytes of a page that somebody touches for the first time. Every exception is the end of the
   * pager.
   *
   * @param offset where it begins in the memory
   * @param length how many bytes there have to be, exactly
   */
  byte[] read(long offset, int length) throws IOException;

  /**
   * Takes the bytes of a page that was changed.
   *
   * @param offset where it begins in the memory
   * @throws IOException if the page can't be taken now; every other exception is the end of the
   *     pager
   */
  void write(long offset, byte[] page) throws IOException;
}
