// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.connection;

import org.portunus.abi.wire.Hello;
import org.portunus.abi.wire.MalformedFrameException;
import org.portunus.abi.wire.WireReader;
import org.portunus.abi.wire.WireWriter;

/**
 * Body of a connection's HELLO frame.
 *
 * @param interfaceName value of {@code @Service}
 * @param digest of the interface, 32 bytes
 */
record Greeting(Hello hello, String interfaceName, byte[] digest) {
  static final int DIGEST_BYTES = 32;
  private static final int MAX_NAME = 256;

  byte[] toBytes() {
    WireWriter out = new WireWriter();
    hello.write(out);
    return out.string(interfaceName).fixed(digest).toBytes();
  }

  /**
   * Reads a hello. Of one with another version only the hello itself is read: the rest may have any
   * form.
   */
  static Greeting read(Hello own, byte[] body) throws MalformedFrameException {
    WireReader in = new WireReader(body);
    Hello hello = Hello.read(in);
    if (own.versionWith(hello) == 0) {
      return new Greeting(hello, "", new byte[DIGEST_BYTES]);
    }
    String name = in.string("interface name", MAX_NAME);
    byte[] digest = in.fixed("digest", DIGEST_BYTES);
    in.end();
    return new Greeting(hello, name, digest);
  }
}
