// SPDX-License-Identifier: Apache-2.0
package org.portunus.xpcprocessor;

import com.palantir.javapoet.ClassName;
import javax.lang.model.element.TypeElement;

/** Names of the system library that generated code uses. The processor does not load them. */
final class SystemNames {
  static final String SERVICE = "org.portunus.system.xpc.Service";
  static final String METHOD_ID = "org.portunus.system.xpc.MethodId";
  static final String ONEWAY = "org.portunus.system.xpc.Oneway";
  static final String IDEMPOTENT = "org.portunus.system.xpc.Idempotent";
  static final String IF_ABSENT = "org.portunus.system.xpc.IfAbsent";
  static final ClassName SERVICE_TYPE = ClassName.get("org.portunus.system.xpc", "ServiceType");
  static final ClassName ENCODER = ClassName.get("org.portunus.system.xpc.wire", "Encoder");
  static final ClassName DECODER = ClassName.get("org.portunus.system.xpc.wire", "Decoder");
  static final ClassName PEER = ClassName.get("org.portunus.system.xpc.wire", "Peer");
  static final ClassName DISPATCHER = ClassName.get("org.portunus.system.xpc.wire", "Dispatcher");
  static final ClassName METHOD_KIND = DISPATCHER.nestedClass("MethodKind");
  static final ClassName REPETITION = ClassName.get("org.portunus.system.xpc.wire", "Repetition");
  static final ClassName STAGED_REPLY =
      ClassName.get("org.portunus.system.xpc.wire", "StagedReply");
  static final ClassName STAGE = ClassName.get("java.util.concurrent", "CompletionStage");
  static final ClassName EXCEPTION = ClassName.get("org.portunus.abi.error", "PortunusException");
  static final ClassName ERROR_CODE = ClassName.get("org.portunus.abi.error", "ErrorCode");

  private SystemNames() {}

  /** The class generated for a service: {@code a.b.FooXpc}, {@code a.b.Outer_FooXpc}. */
  static ClassName generated(TypeElement service) {
    ClassName name = ClassName.get(service);
    return ClassName.get(name.packageName(), String.join("_", name.simpleNames()) + "Xpc");
  }
}
