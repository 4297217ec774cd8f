// SPDX-License-Identifier: Apache-2.0
package org.portunus.tool.recording;

import jdk.jfr.Category;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timestamp;

/** Something that the kernel task or launchd refused, as the log tells it. */
@Name("org.portunus.InstanceRefusal")
@Label("Refusal in the instance")
@Category("Portunus")
@StackTrace(false)
final class RefusalEvent extends Event {
  @Label("Time")
  @Timestamp(Timestamp.MILLISECONDS_SINCE_EPOCH)
  long time;

  @Label("Event")
  String event = "";

  @Label("Source")
  String source = "";

  @Label("Job")
  String label = "";

  @Label("Task")
  String task = "";

  @Label("Text")
  String text = "";
}
