// SPDX-License-Identifier: Apache-2.0
package portunus.example.inspector;

import org.portunus.system.xpc.FileRight;
import org.portunus.system.xpc.MethodId;
import org.portunus.system.xpc.Service;

/** Looks into one document and says what it is. */
@Service("org.portunus.example.inspector")
public interface DocumentInspector {
  /**
   * Reads the document once, within the limits of the options. The type is taken from the content.
   *
   * @throws UnsupportedDocument for content of no known kind, and for content that is locked
   * @throws InspectionFailed for damaged or hostile content, and at each limit
   */
  @MethodId(1)
  Report inspect(FileRight document, Options options, ProgressListener listener)
      throws UnsupportedDocument, InspectionFailed;

  /** The version of the implementation; the cheapest call there is. */
  @MethodId(2)
  int version();

  /** Bytes of the document; no more than passing a right costs. */
  @MethodId(3)
  long size(FileRight document) throws InspectionFailed;
}
