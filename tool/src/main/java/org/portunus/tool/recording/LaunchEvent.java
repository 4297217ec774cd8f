// SPDX-License-Identifier: Apache-2.0
package org.portunus.tool.recording;

import jdk.jfr.Category;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timestamp;

/** A step in the life of a job or task of the instance, as its log tells it. */
@Name("org.portunus.Launch")
@Label("Launch")
@Category("Portunus")
@StackTrace(false)
final class LaunchEvent extends Event {
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
