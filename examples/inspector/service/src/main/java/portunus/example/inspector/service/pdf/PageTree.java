// SPDX-License-Identifier: Apache-2.0
package portunus.example.inspector.service.pdf;

import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.Set;
import org.apache.pdfbox.cos.COSArray;
import org.apache.pdfbox.cos.COSBase;
import org.apache.pdfbox.cos.COSDictionary;
import org.apache.pdfbox.cos.COSName;
import org.apache.pdfbox.cos.COSObject;
import portunus.example.inspector.Reason;
import portunus.example.inspector.service.content.Budget;

/** Walks a page tree once. A node met twice, as ancestor or elsewhere, is refused. */
final class PageTree {
  private PageTree() {}

  /** How many leaves the tree has. */
  static int countPages(COSDictionary root, Budget budget) {
    Set<COSDictionary> visited = Collections.newSetFromMap(new IdentityHashMap<>());
    Deque<COSDictionary> open = new ArrayDeque<>();
    open.push(root);
    int pages = 0;
    while (!open.isEmpty()) {
      COSDictionary node = open.pop();
      if (!visited.add(node)) {
        throw budget.refuse(Reason.FORMAT_CYCLE, "PDF: the page tree holds a node twice");
      }
      COSArray kids = node.getCOSArray(COSName.KIDS);
      if (kids == null) {
        pages++;
        continue;
      }
      for (COSBase kid : kids) {
        COSBase object = kid instanceof COSObject reference ? reference.getObject() : kid;
        if (object instanceof COSDictionary dictionary) {
          open.push(dictionary);
        }
      }
    }
    return pages;
  }
}
