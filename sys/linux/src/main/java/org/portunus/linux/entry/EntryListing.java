// SPDX-License-Identifier: Apache-2.0
package org.portunus.linux.entry;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * The machine code of the entry, as one annotated listing: bytes on the left, what they mean on the
 * right. {@code {name}} is a 32-bit number or address filled in at emission, {@code {label:8}} an
 * 8-bit distance to a label. A test disassembles the emitted bytes and compares them with the right
 * column.
 *
 * <pre>
 * ebx  the row        [rbx] number  [rbx+8..48] arguments  [rbx+56] where the result goes
 *                     [rbx+64] the tolerated error, negative, or 0
 * ebp  the row's index
 * </pre>
 */
final class EntryListing {
  /** Bytes of a row. */
  static final int ROW_SIZE = 72;

  static final int ROW_ARGUMENTS = 8;
  static final int ROW_STORES = 56;
  static final int ROW_TOLERATED = 64;

  static final String TEXT =
      """
      start:
        bb {table}                | mov    ebx,{table}
        31 ed                     | xor    ebp,ebp
      row:
        48 8b 03                  | mov    rax,QWORD PTR [rbx]
        48 8b 7b 08               | mov    rdi,QWORD PTR [rbx+0x8]
        48 8b 73 10               | mov    rsi,QWORD PTR [rbx+0x10]
        48 8b 53 18               | mov    rdx,QWORD PTR [rbx+0x18]
        4c 8b 53 20               | mov    r10,QWORD PTR [rbx+0x20]
        4c 8b 43 28               | mov    r8,QWORD PTR [rbx+0x28]
        4c 8b 4b 30               | mov    r9,QWORD PTR [rbx+0x30]
        0f 05                     | syscall
        48 85 c0                  | test   rax,rax
        78 {failed:8}             | js     {failed}
        48 8b 4b 38               | mov    rcx,QWORD PTR [rbx+0x38]
      store:
        48 8b 11                  | mov    rdx,QWORD PTR [rcx]
        48 85 d2                  | test   rdx,rdx
        74 {next:8}               | je     {next}
        89 02                     | mov    DWORD PTR [rdx],eax
        48 83 c1 08               | add    rcx,0x8
        eb {store:8}              | jmp    {store}
      next:
        48 83 c3 48               | add    rbx,0x48
        ff c5                     | inc    ebp
        eb {row:8}                | jmp    {row}
      failed:
        48 3b 43 40               | cmp    rax,QWORD PTR [rbx+0x40]
        74 {next:8}               | je     {next}
        f7 d8                     | neg    eax
        be {record}               | mov    esi,{record}
        89 6e 04                  | mov    DWORD PTR [rsi+0x4],ebp
        89 46 08                  | mov    DWORD PTR [rsi+0x8],eax
        8b 03                     | mov    eax,DWORD PTR [rbx]
        89 46 0c                  | mov    DWORD PTR [rsi+0xc],eax
        bf {report}               | mov    edi,{report}
        ba 10 00 00 00            | mov    edx,0x10
        b8 {write}                | mov    eax,{write}
        0f 05                     | syscall
        8d 7d 78                  | lea    edi,[rbp+0x78]
        81 ff ff 00 00 00         | cmp    edi,0xff
        76 {exit:8}               | jbe    {exit}
        bf ff 00 00 00            | mov    edi,0xff
      exit:
        b8 {exit_group}           | mov    eax,{exit_group}
        0f 05                     | syscall
        0f 0b                     | ud2
      """;

  private static final List<Line> LINES = parse();
  private static final Map<String, Integer> LABELS = labels();

  /** One instruction: its offset, the tokens of its bytes, and its text. */
  record Line(int offset, int length, List<String> tokens, String text) {}

  private EntryListing() {}

  /** Length of the code, bytes. */
  static int length() {
    Line last = LINES.getLast();
    return last.offset() + last.length();
  }

  /** The code with these numbers filled in. */
  static byte[] assemble(Map<String, Integer> numbers) {
    ByteBuffer code = ByteBuffer.allocate(length()).order(ByteOrder.LITTLE_ENDIAN);
    for (Line line : LINES) {
      for (String token : line.tokens()) {
        if (!isField(token)) {
          code.put((byte) HexFormat.fromHexDigits(token));
        } else if (isShort(token)) {
          code.put(distance(line, number(LABELS, token)));
        } else {
          code.putInt(number(numbers, token));
        }
      }
    }
    return code.array();
  }

  /** What a disassembler should say, one line an instruction, for code at this address. */
  static List<String> expected(Map<String, Integer> numbers, int address) {
    List<String> expected = new ArrayList<>();
    for (Line line : LINES) {
      String text = line.text();
      for (Map.Entry<String, Integer> label : LABELS.entrySet()) {
        text = text.replace("{" + label.getKey() + "}", hex(address + label.getValue()));
      }
      for (Map.Entry<String, Integer> number : numbers.entrySet()) {
        text = text.replace("{" + number.getKey() + "}", hex(number.getValue()));
      }
      expected.add(text);
    }
    return expected;
  }

  private static int number(Map<String, Integer> numbers, String token) {
    Integer number = numbers.get(name(token));
    if (number == null) {
      throw new IllegalStateException("the listing names nothing as " + token);
    }
    return number;
  }

  private static String hex(int value) {
    return "0x" + Integer.toHexString(value);
  }

  private static byte distance(Line line, int target) {
    int distance = target - (line.offset() + line.length());
    if (distance != (byte) distance) {
      throw new IllegalStateException("label out of the reach of " + line);
    }
    return (byte) distance;
  }

  private static List<Line> parse() {
    List<Line> lines = new ArrayList<>();
    int offset = 0;
    for (String source : TEXT.lines().map(String::strip).toList()) {
      int bar = source.indexOf('|');
      if (bar >= 0) {
        List<String> tokens = List.of(source.substring(0, bar).strip().split(" ", -1));
        int length = 0;
        for (String token : tokens) {
          length += isField(token) && !isShort(token) ? Integer.BYTES : 1;
        }
        lines.add(new Line(offset, length, tokens, source.substring(bar + 1).strip()));
        offset += length;
      }
    }
    return List.copyOf(lines);
  }

  private static Map<String, Integer> labels() {
    Map<String, Integer> labels = new HashMap<>();
    int next = 0;
    for (String source : TEXT.lines().map(String::strip).toList()) {
      if (source.endsWith(":")) {
        int offset = next < LINES.size() ? LINES.get(next).offset() : length();
        labels.put(source.substring(0, source.length() - 1), offset);
      } else {
        next++;
      }
    }
    return labels;
  }

  private static boolean isField(String token) {
    return token.startsWith("{");
  }

  private static boolean isShort(String token) {
    return token.endsWith(":8}");
  }

  private static String name(String token) {
    return token.substring(1, isShort(token) ? token.length() - 3 : token.length() - 1);
  }
}
