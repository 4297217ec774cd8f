// SPDX-License-Identifier: Apache-2.0
/** Makes the bundle and the job of a project: a goal of Maven, and a main for other builds. */
module org.portunus.mavenplugin {
  requires static org.jspecify;
  requires maven.artifact;
  requires maven.plugin.api;
  requires static maven.plugin.annotations;
}
