// SPDX-License-Identifier: Apache-2.0
package org.portunus.interfaces.launchd;

/**
 * What a service says of its calls: nothing that anybody has checked.
 *
 * @param ageMillis how long ago it said so
 */
public record ToldCalls(long taken, long answered, long ageMillis) {}
