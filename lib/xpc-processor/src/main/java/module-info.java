// SPDX-License-Identifier: Apache-2.0
/** Makes proxies, dispatchers and codecs from interfaces; runs inside the compiler. */
module org.portunus.xpcprocessor {
  requires static org.jspecify;
  requires java.compiler;
  requires com.palantir.javapoet;

  provides javax.annotation.processing.Processor with
      org.portunus.xpcprocessor.ServiceProcessor;
}
