// SPDX-License-Identifier: Apache-2.0
/**
 * The demo: lists a folder, has each document inspected by the service, and accounts for every
 * file.
 *
 * <p>Started by the command line; other programs call {@link
 * portunus.example.inspector.demo.Accounting} with an inspector of their own. Invariant: each file
 * that was found has exactly one entry in the results, or is named as unfinished.
 */
@NullMarked
@PublicApi
package portunus.example.inspector.demo;

import org.jspecify.annotations.NullMarked;
import org.portunus.abi.annotation.PublicApi;
