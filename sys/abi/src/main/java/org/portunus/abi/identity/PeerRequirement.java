// SPDX-License-Identifier: Apache-2.0
package org.portunus.abi.identity;

import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What one end of a connection requires the other to be. The kernel decides, by {@link #refusal}
 * alone. The text below is how a requirement is written, shown, and sent.
 *
 * <pre>
 *   requirement = "code " hash
 *               | "identifier " identifier " and code " hash
 *               | "unanchored identifier " identifier
 *   hash        = 64 lower-case hexadecimal digits, a {@link CodeIdentity}
 *   identifier  = 1 to 200 of a-z 0-9 . -
 * </pre>
 *
 * An identifier alone is what a bundle says of itself: anybody's bundle can say it. So it has to be
 * called unanchored.
 */
public final class PeerRequirement {
  /** Longest text, bytes. */
  public static final int MAX_TEXT = 300;

  private static final Pattern TEXT =
      Pattern.compile(
          "code (?<only>[0-9a-f]{64})"
              + "|identifier (?<both>[a-z0-9.-]{1,200}) and code (?<hash>[0-9a-f]{64})"
              + "|unanchored identifier (?<name>[a-z0-9.-]{1,200})");

  private final Optional<String> identifier;
  private final Optional<CodeIdentity> code;

  private PeerRequirement(Optional<String> identifier, Optional<CodeIdentity> code) {
    this.identifier = identifier;
    this.code = code;
  }

  /** Exactly this code. */
  public static PeerRequirement code(CodeIdentity code) {
    return new PeerRequirement(Optional.empty(), Optional.of(code));
  }

  /** Exactly this code, in a bundle with this identifier. */
  public static PeerRequirement identifierAndCode(String identifier, CodeIdentity code) {
    return parse("identifier " + identifier + " and code " + code);
  }

  /** A bundle that gives itself this identifier, whatever its code. */
  public static PeerRequirement unanchoredIdentifier(String identifier) {
    return parse("unanchored identifier " + identifier);
  }

  /**
   * Reads the text.
   *
   * @throws IllegalArgumentException for any other text
   */
  public static PeerRequirement parse(String text) {
    Matcher matcher = TEXT.matcher(text);
    if (text.length() > MAX_TEXT || !matcher.matches()) {
      throw new IllegalArgumentException(
          "\"%s\" is no requirement; write: code HASH, identifier NAME and code HASH, or"
                  .formatted(text.substring(0, Math.min(text.length(), MAX_TEXT)))
              + " unanchored identifier NAME");
    }
    Optional<String> identifier =
        Optional.ofNullable(matcher.group("both"))
            .or(() -> Optional.ofNullable(matcher.group("name")));
    Optional<CodeIdentity> code =
        Optional.ofNullable(matcher.group("only"))
            .or(() -> Optional.ofNullable(matcher.group("hash")))
            .map(hex -> CodeIdentity.ofBytes(HexFormat.of().parseHex(hex)));
    return new PeerRequirement(identifier, code);
  }

  /** Why this peer does not meet it, with what was found and what was wanted; empty if it does. */
  public Optional<String> refusal(PeerIdentity found) {
    boolean met =
        identifier.map(wanted -> found.identifier().equals(Optional.of(wanted))).orElse(true)
            && code.map(wanted -> found.code().equals(Optional.of(wanted))).orElse(true);
    return met
        ? Optional.empty()
        : Optional.of(String.format(Locale.ROOT, "found %s, wanted %s", found, this));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PeerRequirement that
        && identifier.equals(that.identifier)
        && code.equals(that.code);
  }

  @Override
  public int hashCode() {
    return identifier.hashCode() * 31 + code.hashCode();
  }

  /** The text. */
  @Override
  public String toString() {
    String name = identifier.map(value -> "identifier " + value).orElse("");
    String hash = code.map(value -> "code " + value).orElse("");
    if (name.isEmpty()) {
      return hash;
    }
    return hash.isEmpty() ? "unanchored " + name : name + " and " + hash;
  }
}
