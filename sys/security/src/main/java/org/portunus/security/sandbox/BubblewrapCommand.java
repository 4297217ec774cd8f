// SPDX-License-Identifier: Apache-2.0
package org.portunus.security.sandbox;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;

/** bubblewrap's argument vector, bwrap(1) of 0.8 and later. */
final class BubblewrapCommand {
  private BubblewrapCommand() {}

  static List<String> arguments(SandboxHost host, SandboxView view, Set<SandboxLayer> layers) {
    List<String> list = new ArrayList<>();
    Collections.addAll(
        list,
        host.bubblewrap().toString(),
        "--unshare-all",
        "--unshare-user",
        "--disable-userns",
        "--cap-drop",
        "ALL",
        "--die-with-parent",
        "--as-pid-1",
        "--new-session",
        "--clearenv",
        "--hostname",
        "portunus",
        "--info-fd",
        Integer.toString(LaunchPlan.INFORMATION));
    if (!layers.contains(SandboxLayer.NETWORK)) {
      list.add("--share-net");
    }
    list.addAll(view.bubblewrapArguments(LaunchPlan.INNER_IMAGE));
    Collections.addAll(list, "--chdir", "/", "--", view.entry().toString());
    return List.copyOf(list);
  }
}
