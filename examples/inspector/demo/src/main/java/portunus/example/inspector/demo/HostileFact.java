// SPDX-License-Identifier: Apache-2.0
package portunus.example.inspector.demo;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import portunus.example.inspector.Report;

/**
 * What a row says of a run besides its outcome, such as {@code words=2} or {@code took>=4 s}.
 *
 * @param name one of type, size, words (of the report), tries, took (in seconds, of the last call),
 *     level and allocated (as the message of the error states them)
 * @param value a number, maybe with a unit, or a text for type and size
 */
record HostileFact(String name, Relation relation, String value) {
  enum Relation {
    EQUAL("="),
    AT_LEAST(">="),
    AT_MOST("<="),
    MORE(">");

    private final String sign;

    Relation(String sign) {
      this.sign = sign;
    }

    private boolean holds(long found, long stated) {
      return switch (this) {
        case EQUAL -> found == stated;
        case AT_LEAST -> found >= stated;
        case AT_MOST -> found <= stated;
        case MORE -> found > stated;
      };
    }

    private static Relation of(String sign) {
      return Arrays.stream(values()).filter(one -> one.sign.equals(sign)).findFirst().orElseThrow();
    }
  }

  private static final Pattern FORM = Pattern.compile("([a-z]+)(=|>=|<=|>)(.+)");
  private static final Pattern QUANTITY = Pattern.compile("(\\d+)( MiB| [a-z]+|)");
  private static final Pattern LEVEL = Pattern.compile("\\blevel (\\d+)");
  private static final Pattern ALLOCATED = Pattern.compile("\\bafter (\\d+ MiB)");
  private static final long NANOS_OF_SECOND = 1_000_000_000L;

  /** The facts of a column, which are separated by semicolons. */
  static List<HostileFact> parse(String column) {
    return column.isEmpty()
        ? List.of()
        : Arrays.stream(column.split(";")).map(HostileFact::one).toList();
  }

  private static HostileFact one(String text) {
    Matcher form = FORM.matcher(text);
    if (!form.matches()) {
      throw new IllegalArgumentException("no fact: " + text);
    }
    return new HostileFact(form.group(1), Relation.of(form.group(2)), form.group(3));
  }

  /** A number with its unit, MiB as bytes; empty for what is none. */
  static OptionalLong quantity(String text) {
    Matcher quantity = QUANTITY.matcher(text);
    if (!quantity.matches()) {
      return OptionalLong.empty();
    }
    long number = Long.parseLong(quantity.group(1));
    return OptionalLong.of(quantity.group(2).equals(" MiB") ? number << 20 : number);
  }

  /** What is wrong, if it does not hold. */
  Optional<String> violation(Result result, Optional<Report> report) {
    boolean holds =
        switch (name) {
          case "type" -> report.map(Report::type).equals(Optional.of(value));
          case "size" ->
              report
                  .flatMap(Report::size)
                  .map(size -> size.width() + "x" + size.height())
                  .equals(Optional.of(value));
          default -> {
            OptionalLong found = number(result, report);
            yield found.isPresent()
                && relation.holds(found.getAsLong(), quantity(value).orElseThrow());
          }
        };
    return holds
        ? Optional.empty()
        : Optional.of("not " + name + relation.sign + value + " but " + found(result, report));
  }

  private OptionalLong number(Result result, Optional<Report> report) {
    return switch (name) {
      case "words" -> report.map(r -> OptionalLong.of(r.words())).orElse(OptionalLong.empty());
      case "tries" -> OptionalLong.of(result.tries());
      case "took" -> OptionalLong.of(result.nanos() / NANOS_OF_SECOND);
      case "level" -> stated(result, LEVEL);
      case "allocated" -> stated(result, ALLOCATED);
      default -> throw new IllegalArgumentException("no fact is called " + name);
    };
  }

  private static OptionalLong stated(Result result, Pattern pattern) {
    Matcher matcher = pattern.matcher(result.message().orElse(""));
    return matcher.find() ? quantity(matcher.group(1)) : OptionalLong.empty();
  }

  private String found(Result result, Optional<Report> report) {
    return switch (name) {
      case "type" -> report.map(Report::type).orElse("none");
      case "size" -> report.flatMap(Report::size).map(Object::toString).orElse("none");
      default -> {
        OptionalLong number = number(result, report);
        yield number.isPresent() ? Long.toString(number.getAsLong()) : "none";
      }
    };
  }
}
