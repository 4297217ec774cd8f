// SPDX-License-Identifier: Apache-2.0
package org.portunus.launchd;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.abi.log.LogText;
import org.portunus.launchd.plist.JobPlist;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.file.Descriptor;
import org.portunus.linux.file.FolderNames;

/** The folder of launchd.plist files. */
final class JobFolder {
  /** Most files that are looked at, and so most jobs. */
  static final int MAX_JOBS = 256;

  private static final String SUFFIX = ".plist";

  private JobFolder() {}

  /**
   * Reads every file whose name ends with ".plist", in order of their names. One that is refused
   * does not keep the others from being loaded.
   *
   * @param folder freshly opened
   * @param owners who may own a file
   * @param refusals hears why a file is refused
   */
  static List<JobPlist> read(
      Descriptor folder, Set<Integer> owners, Consumer<PortunusException> refusals)
      throws LinuxException {
    List<JobPlist> jobs = new ArrayList<>();
    Set<String> taken = new HashSet<>();
    for (String name : names(folder, refusals)) {
      try {
        JobPlist job = JobPlist.open(folder, name, owners);
        claim(job, name, taken);
        jobs.add(job);
      } catch (PortunusException refusal) {
        refusals.accept(refusal);
      }
    }
    return List.copyOf(jobs);
  }

  private static List<String> names(Descriptor folder, Consumer<PortunusException> refusals)
      throws LinuxException {
    List<byte[]> raw = FolderNames.list(folder, MAX_JOBS);
    if (raw.size() > MAX_JOBS) {
      refusals.accept(
          new PortunusException(
              ErrorCode.PLIST_VALUE, "the folder of jobs has more than " + MAX_JOBS + " files"));
    }
    return raw.stream()
        .map(name -> new String(name, StandardCharsets.UTF_8))
        .filter(name -> name.endsWith(SUFFIX))
        .sorted(Comparator.naturalOrder())
        .toList();
  }

  private static void claim(JobPlist job, String file, Set<String> taken) {
    List<String> names = new ArrayList<>(job.names());
    names.add("label " + job.label());
    for (String name : names) {
      if (taken.contains(name) || name.equals(Launchd.CONTROL)) {
        throw new PortunusException(
            ErrorCode.PLIST_VALUE,
            LogText.escape(file) + " is refused: another job has the " + name + " already");
      }
    }
    taken.addAll(names);
  }
}
