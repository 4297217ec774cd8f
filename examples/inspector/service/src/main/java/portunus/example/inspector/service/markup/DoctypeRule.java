// SPDX-License-Identifier: Apache-2.0
package portunus.example.inspector.service.markup;

import java.util.regex.Pattern;
import portunus.example.inspector.Reason;
import portunus.example.inspector.service.content.Budget;

/**
 * Which document type declarations pass. One that only names a public W3C type, such as XHTML or
 * SVG, is a name: it passes, and what it names is never fetched. One with declarations of its own,
 * or with only the address of some, is refused.
 */
final class DoctypeRule {
  private static final Pattern MERE_NAME =
      Pattern.compile(
          "<!DOCTYPE\\s+[\\w:.-]+(\\s+PUBLIC\\s+(\"-//W3C//[^\"]*\"|'-//W3C//[^']*')"
              + "\\s*(\"[^\"]*\"|'[^']*')?|\\s+SYSTEM\\s+[\"']about:legacy-compat[\"'])?\\s*>");

  private DoctypeRule() {}

  static void check(String declaration, Budget budget) {
    if (!MERE_NAME.matcher(declaration).matches()) {
      throw budget.refuse(
          Reason.FORMAT_ENTITY, "the DOCTYPE declares entities or names an external definition");
    }
  }
}
