// SPDX-License-Identifier: Apache-2.0
package org.portunus.security.sandbox;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.portunus.abi.wire.LaunchRecord;
import org.portunus.linux.landlock.FileAccess;

/**
 * The files that a task sees: the one list from which bubblewrap's arguments, the Landlock rules
 * and the mounts that the verification expects are made.
 *
 * <p>There is no {@code /proc}: the Java machine runs without it when it is told where its
 * libraries are, and nothing can then be reopened, read or written through it. {@code /tmp} is an
 * empty folder of the read-only root. Devices are the four that a Java machine may open.
 */
record SandboxView(Path jdk, Path system, Path entry, List<Item> items) {
  static final Path JDK = Path.of("/portunus/jdk");
  static final Path SYSTEM = Path.of("/portunus/system");

  /** Where a task finds the cache that its Java machine starts from. */
  static final Path CACHE = Path.of("/portunus/cache.aot");

  /** Most that a task in development mode may write, bytes: a file, and all of them. */
  static final long OWN_FILES = 64L << 20;

  /** What the places of a bundle's files are relative to. */
  static final Path FILES = Path.of("/portunus");

  /** The folder of its native libraries. */
  static final Path LIBRARIES = FILES.resolve(LaunchRecord.NATIVE);

  private static final Path ENTRY = Path.of("/entry");
  private static final Path LOADER_FOLDER = Path.of("/lib64");
  private static final Path TEMPORARY = Path.of("/tmp");
  private static final Set<FileAccess> READ_FILE = EnumSet.of(FileAccess.READ_FILE);
  private static final Set<FileAccess> EXECUTE =
      EnumSet.of(FileAccess.READ_FILE, FileAccess.EXECUTE);

  private static final Set<FileAccess> WRITING =
      EnumSet.of(
          FileAccess.READ_FILE,
          FileAccess.WRITE_FILE,
          FileAccess.TRUNCATE,
          FileAccess.READ_DIRECTORY,
          FileAccess.MAKE_REGULAR,
          FileAccess.MAKE_DIRECTORY,
          FileAccess.REMOVE_FILE,
          FileAccess.REMOVE_DIRECTORY,
          FileAccess.REFER);

  /** How an item is mounted. */
  enum Mount {
    /** Read-only, no devices, no set-uid. */
    READ_ONLY,
    /** Copied from a descriptor of the spawner's into memory that nobody can write, read-only. */
    SEALED,
    /** A device node that may be opened. */
    DEVICE,
    /** Part of another item; only a Landlock rule. */
    NONE,
    /** An empty folder in memory, bounded; no devices, no set-uid. In development mode only. */
    OWN_FILES
  }

  /**
   * A file or folder.
   *
   * @param from where the spawner sees it
   * @param at where the task sees it
   * @param access what Landlock allows on it and beneath
   */
  record Item(Path from, Path at, Mount mount, Set<FileAccess> access) {}

  SandboxView {
    items = List.copyOf(items);
  }

  static SandboxView of(SandboxHost host, LaunchRequest request) {
    List<Item> items = new ArrayList<>();
    items.add(new Item(host.jdk(), JDK, Mount.READ_ONLY, FileAccess.reading()));
    items.add(new Item(java(host.jdk()), java(JDK), Mount.NONE, EXECUTE));
    items.add(new Item(host.system(), SYSTEM, Mount.READ_ONLY, FileAccess.reading()));
    for (Path setting : host.settings()) {
      items.add(new Item(setting, setting, Mount.READ_ONLY, READ_FILE));
    }
    for (Path library : host.libraries()) {
      items.add(new Item(library, library, Mount.READ_ONLY, READ_FILE));
    }
    Path loader = items.removeLast().from();
    Path standard = LOADER_FOLDER.resolve(loader.getFileName());
    items.add(new Item(loader, standard, Mount.READ_ONLY, EXECUTE));
    Set<FileAccess> readWrite = EnumSet.of(FileAccess.READ_FILE, FileAccess.WRITE_FILE);
    items.add(device("/dev/null", readWrite));
    items.add(device("/dev/zero", READ_FILE));
    items.add(device("/dev/random", READ_FILE));
    items.add(device("/dev/urandom", READ_FILE));
    for (Path cache : request.cache().stream().toList()) {
      items.add(new Item(cache, CACHE, Mount.READ_ONLY, READ_FILE));
    }
    for (LaunchRequest.FolderGrant folder : request.folders()) {
      items.add(new Item(folder.from(), folder.at(), Mount.READ_ONLY, FileAccess.reading()));
    }
    if (request.profile() == SandboxProfile.DEVELOPMENT_SERVICE) {
      items.add(new Item(TEMPORARY, TEMPORARY, Mount.OWN_FILES, WRITING));
    }
    for (String file : request.files()) {
      Path at = FILES.resolve(file);
      items.add(new Item(at, at, Mount.SEALED, READ_FILE));
    }
    return new SandboxView(JDK, SYSTEM, ENTRY, items);
  }

  /**
   * The same Landlock rules over the spawner's own root, for plans without {@link
   * SandboxLayer#MOUNTS}.
   */
  static SandboxView unconfined(SandboxHost host, LaunchRequest request) {
    List<Item> items = new ArrayList<>();
    for (Item item : of(host, request).items()) {
      if (item.mount() == Mount.SEALED) {
        throw new IllegalArgumentException("files need mounts");
      }
      items.add(new Item(item.from(), item.from(), Mount.NONE, item.access()));
    }
    return new SandboxView(host.jdk(), host.system(), TEMPORARY.resolve("entry"), items);
  }

  private boolean isUnconfined() {
    return items.stream().allMatch(item -> item.mount() == Mount.NONE);
  }

  private static Item device(String path, Set<FileAccess> access) {
    return new Item(Path.of(path), Path.of(path), Mount.DEVICE, access);
  }

  static Path java(Path jdk) {
    return jdk.resolve("bin/java");
  }

  /** Arguments that build the root: folders open to every uid, then the mounts, then read-only. */
  List<String> bubblewrapArguments(int entryDescriptor) {
    List<String> arguments = new ArrayList<>();
    if (isUnconfined()) {
      Collections.addAll(arguments, "--dev-bind", "/", "/", "--tmpfs", TEMPORARY.toString());
    }
    for (Path folder : isUnconfined() ? Set.<Path>of() : folders()) {
      Collections.addAll(arguments, "--perms", "0755", "--dir", folder.toString());
    }
    int file = LaunchPlan.FILES;
    for (Item item : items) {
      switch (item.mount()) {
        case READ_ONLY -> bind("--ro-bind", item, arguments);
        case DEVICE -> bind("--dev-bind", item, arguments);
        case OWN_FILES -> {
          String size = Long.toString(OWN_FILES);
          Collections.addAll(
              arguments, "--perms", "0700", "--size", size, "--tmpfs", item.at().toString());
        }
        case SEALED -> {
          copy("0444", file, item.at(), arguments);
          file++;
        }
        case NONE -> {}
      }
    }
    copy("0555", entryDescriptor, entry, arguments);
    if (!isUnconfined()) {
      Collections.addAll(arguments, "--remount-ro", "/");
    }
    return arguments;
  }

  private static void bind(String option, Item item, List<String> arguments) {
    Collections.addAll(arguments, option, item.from().toString(), item.at().toString());
  }

  /** bubblewrap copies what it reads into a file without a name, and mounts that read-only. */
  private static void copy(String mode, int descriptor, Path at, List<String> arguments) {
    Collections.addAll(
        arguments, "--perms", mode, "--ro-bind-data", Integer.toString(descriptor), at.toString());
  }

  /** bubblewrap makes missing parents with mode 0700: each is made before, by name. */
  private Set<Path> folders() {
    Set<Path> folders = new LinkedHashSet<>();
    for (Item item : items) {
      List<Path> parents = new ArrayList<>();
      for (Path p = item.at().getParent(); p != null && p.getNameCount() > 0; p = p.getParent()) {
        parents.addFirst(p);
      }
      if (item.mount() != Mount.NONE) {
        folders.addAll(parents);
      }
    }
    folders.add(TEMPORARY);
    return folders;
  }

  /** Where something is mounted, and whether it is read-only. */
  List<ExpectedMount> expectedMounts() {
    List<ExpectedMount> mounts = new ArrayList<>();
    mounts.add(new ExpectedMount("/", ExpectedMount.Kind.READ_ONLY));
    mounts.add(new ExpectedMount(entry.toString(), ExpectedMount.Kind.READ_ONLY));
    for (Item item : items) {
      switch (item.mount()) {
        case READ_ONLY, SEALED ->
            mounts.add(new ExpectedMount(item.at().toString(), ExpectedMount.Kind.READ_ONLY));
        case DEVICE ->
            mounts.add(new ExpectedMount(item.at().toString(), ExpectedMount.Kind.DEVICE));
        case OWN_FILES ->
            mounts.add(new ExpectedMount(item.at().toString(), ExpectedMount.Kind.OWN_FILES));
        case NONE -> {}
      }
    }
    return mounts;
  }
}
