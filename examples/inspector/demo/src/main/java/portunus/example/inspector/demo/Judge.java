// SPDX-License-Identifier: Apache-2.0
package portunus.example.inspector.demo;

import java.time.Duration;
import portunus.example.inspector.Report;

/** What is known of a set of documents beforehand. */
interface Judge {
  /** For a folder of which nothing is known. */
  Judge NONE =
      new Judge() {
        @Override
        public Duration deadline(Found found, Duration usual) {
          return usual;
        }

        @Override
        public void reported(Found found, Report report) {}

        @Override
        public void ended(Result result) {}
      };

  /** How long this document may take. */
  Duration deadline(Found found, Duration usual);

  /** The inspector's report, before the result. From any thread. */
  void reported(Found found, Report report);

  /** The document's one entry. From any thread. */
  void ended(Result result);
}
