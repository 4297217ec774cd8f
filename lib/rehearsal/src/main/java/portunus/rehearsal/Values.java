// SPDX-License-Identifier: Apache-2.0
package portunus.rehearsal;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One value of each usual kind. */
public record Values(
    String text,
    int number,
    long large,
    double real,
    boolean truth,
    Grade grade,
    Optional<String> perhaps,
    List<Integer> list,
    Map<String, String> map) {}
