// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.object;

import java.nio.ByteBuffer;
import org.portunus.abi.mach.Qos;
import org.portunus.abi.mach.VoucherKey;
import org.portunus.abi.wire.WireWriter;

/**
 * What a voucher says; never changes. Equal attributes are one voucher.
 *
 * @param qos UNSPECIFIED for none
 * @param importance whether whoever receives works at what its sender works at
 * @param userData empty for none; nobody changes what is in it
 */
record VoucherAttributes(Qos qos, boolean importance, ByteBuffer userData) {
  private static final int PRESENT = 1;

  static final VoucherAttributes NONE =
      new VoucherAttributes(Qos.UNSPECIFIED, false, ByteBuffer.allocate(0));

  VoucherAttributes with(Qos newQos) {
    return new VoucherAttributes(newQos, importance, userData);
  }

  VoucherAttributes with(byte[] data) {
    return new VoucherAttributes(qos, importance, ByteBuffer.wrap(data.clone()));
  }

  VoucherAttributes important() {
    return new VoucherAttributes(qos, true, userData);
  }

  /** Of this key, or of all, what another has. */
  VoucherAttributes copy(VoucherKey key, VoucherAttributes from) {
    return switch (key) {
      case ALL -> {
        VoucherAttributes all = this;
        for (VoucherKey each : VoucherKey.values()) {
          all = each != VoucherKey.ALL && from.has(each) ? all.copy(each, from) : all;
        }
        yield all;
      }
      case QOS -> with(from.qos);
      case IMPORTANCE -> new VoucherAttributes(qos, from.importance, userData);
      case USER_DATA -> new VoucherAttributes(qos, importance, from.userData);
    };
  }

  /** Without this key, or all; only where another one has the same, if there is another. */
  VoucherAttributes remove(VoucherKey key, VoucherAttributes same) {
    VoucherAttributes left = this;
    for (VoucherKey each : VoucherKey.values()) {
      boolean meant = each != VoucherKey.ALL && (key == VoucherKey.ALL || key == each);
      if (meant && copy(each, same).equals(this)) {
        left = left.copy(each, NONE);
      }
    }
    return left;
  }

  boolean has(VoucherKey key) {
    return !copy(key, NONE).equals(this);
  }

  /** The content of an attribute; empty if it is not there. */
  byte[] content(VoucherKey key) {
    if (!has(key)) {
      return new byte[0];
    }
    return switch (key) {
      case QOS -> new WireWriter().i32(qos.number()).toBytes();
      case IMPORTANCE -> new WireWriter().i32(PRESENT).toBytes();
      case USER_DATA -> {
        byte[] bytes = new byte[userData.remaining()];
        userData.duplicate().get(bytes);
        yield bytes;
      }
      case ALL -> new byte[0];
    };
  }
}
