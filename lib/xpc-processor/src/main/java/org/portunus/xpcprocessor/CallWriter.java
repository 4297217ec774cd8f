// SPDX-License-Identifier: Apache-2.0
package org.portunus.xpcprocessor;

import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.NameAllocator;
import com.palantir.javapoet.TypeName;
import com.palantir.javapoet.TypeSpec;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.List;
import javax.lang.model.element.Modifier;
import org.portunus.xpcprocessor.ServiceModel.Kind;
import org.portunus.xpcprocessor.ServiceModel.Method;
import org.portunus.xpcprocessor.ServiceModel.Value;

/** Writes the nested classes {@code Proxy} and {@code Calls}: both ends of each method. */
final class CallWriter {
  private final ServiceModel service;
  private final CodecWriter codecs;

  CallWriter(ServiceModel service, CodecWriter codecs) {
    this.service = service;
    this.codecs = codecs;
  }

  TypeSpec proxy() {
    TypeSpec.Builder proxy =
        TypeSpec.classBuilder("Proxy")
            .addModifiers(Modifier.PRIVATE, Modifier.STATIC, Modifier.FINAL)
            .addSuperinterface(service.interfaceName())
            .avoidClashesWithNestedClasses(service.element())
            .addField(SystemNames.PEER, "peer", Modifier.PRIVATE, Modifier.FINAL)
            .addField(TypeName.INT, "object", Modifier.PRIVATE, Modifier.FINAL)
            .addMethod(
                MethodSpec.constructorBuilder()
                    .addParameter(SystemNames.PEER, "peer")
                    .addParameter(TypeName.INT, "object")
                    .addStatement("this.peer = peer")
                    .addStatement("this.object = object")
                    .build());
    service.methods().forEach(method -> proxy.addMethod(proxyMethod(method)));
    return proxy
        .addMethod(
            MethodSpec.methodBuilder("toString")
                .addAnnotation(Override.class)
                .addModifiers(Modifier.PUBLIC)
                .returns(String.class)
                .addStatement("return $S + object", service.name() + " object ")
                .build())
        .build();
  }

  private MethodSpec proxyMethod(Method method) {
    NameAllocator names = new NameAllocator();
    String out = names.newName("out");
    String in = names.newName("in");
    MethodSpec.Builder builder =
        MethodSpec.methodBuilder(method.name())
            .addAnnotation(Override.class)
            .addModifiers(Modifier.PUBLIC)
            .returns(method.result().map(Value::declared).orElse(TypeName.VOID));
    method.exceptions().forEach(e -> builder.addException(e.javaType()));
    List<String> parameters = new ArrayList<>();
    for (Value parameter : method.parameters()) {
      parameters.add(names.newName(parameter.name()));
      builder.addParameter(parameter.declared(), parameters.getLast());
    }
    builder.beginControlFlow("try ($T $N = this.peer.request())", SystemNames.ENCODER, out);
    for (int i = 0; i < parameters.size(); i++) {
      Value parameter = method.parameters().get(i);
      builder.addStatement(
          codecs.write(
              out,
              parameter,
              CodeBlock.of("$N", parameters.get(i)),
              method.name() + "." + parameter.name()));
    }
    if (method.kind() == Kind.ONE_WAY) {
      builder.addStatement("this.peer.send(this.object, $L, $N)", method.id(), out);
    } else {
      builder.beginControlFlow(
          "try ($T $N = this.peer.call(this.object, $L, $N))",
          SystemNames.DECODER,
          in,
          method.id(),
          out);
      addOutcomes(builder, method, in, names);
      builder.endControlFlow();
    }
    return builder
        .nextControlFlow("finally")
        .addStatement("$T.reachabilityFence(this)", Reference.class)
        .endControlFlow()
        .build();
  }

  private void addOutcomes(
      MethodSpec.Builder builder, Method method, String in, NameAllocator names) {
    int outcomes = method.exceptions().size() + 1;
    if (outcomes == 1) {
      builder.addStatement("$N.readNumber($S, 1)", in, "outcome");
    } else {
      String outcome = names.newName("outcome");
      builder.addStatement("int $N = $N.readNumber($S, $L)", outcome, in, "outcome", outcomes);
      String thrown = names.newName("thrown");
      for (int i = 1; i < outcomes; i++) {
        WireType.Structure exception = method.exceptions().get(i - 1);
        builder
            .beginControlFlow("if ($N == $L)", outcome, i)
            .addStatement(
                "$T $N = $L",
                exception.javaType(),
                thrown,
                codecs.read(in, exception, CodeBlock.of("$S", exception.element().getSimpleName())))
            .addStatement("$N.end()", in)
            .addStatement("throw $N", thrown)
            .endControlFlow();
      }
    }
    if (method.result().isEmpty()) {
      builder.addStatement("$N.end()", in);
      return;
    }
    Value result = method.result().get();
    String local = names.newName("result");
    builder
        .addStatement(
            "$T $N = $L",
            result.declared(),
            local,
            codecs.read(in, result.type(), CodeBlock.of("$S", "result")))
        .addStatement("$N.endResult()", in)
        .addStatement("return $N", local);
  }

  TypeSpec calls() {
    TypeSpec.Builder calls =
        TypeSpec.classBuilder("Calls")
            .addModifiers(Modifier.PRIVATE, Modifier.STATIC, Modifier.FINAL)
            .addSuperinterface(SystemNames.DISPATCHER)
            .addField(service.interfaceName(), "target", Modifier.PRIVATE, Modifier.FINAL)
            .addMethod(
                MethodSpec.constructorBuilder()
                    .addParameter(service.interfaceName(), "target")
                    .addStatement("this.target = target")
                    .build())
            .addMethod(methodKind())
            .addMethod(dispatch());
    service.methods().forEach(method -> calls.addMethod(call(method)));
    return calls.build();
  }

  private MethodSpec methodKind() {
    CodeBlock.Builder body = CodeBlock.builder().add("return switch (method) {\n$>");
    for (Method method : service.methods()) {
      body.add("case $L -> $T.$L;\n", method.id(), SystemNames.METHOD_KIND, method.kind());
    }
    body.add("default -> $T.UNKNOWN;\n$<};\n", SystemNames.METHOD_KIND);
    return MethodSpec.methodBuilder("methodKind")
        .addAnnotation(Override.class)
        .addModifiers(Modifier.PUBLIC)
        .returns(SystemNames.METHOD_KIND)
        .addParameter(TypeName.INT, "method")
        .addCode(body.build())
        .build();
  }

  private MethodSpec dispatch() {
    CodeBlock.Builder body = CodeBlock.builder().add("switch (method) {\n$>");
    for (Method method : service.methods()) {
      body.add("case $L -> call$L(arguments, reply);\n", method.id(), method.id());
    }
    body.add(
        "default -> throw new $T($T.UNKNOWN_METHOD, $S + method);\n$<}\n",
        SystemNames.EXCEPTION,
        SystemNames.ERROR_CODE,
        service.name() + " has no method ");
    return MethodSpec.methodBuilder("dispatch")
        .addAnnotation(Override.class)
        .addModifiers(Modifier.PUBLIC)
        .addParameter(SystemNames.PEER, "peer")
        .addParameter(TypeName.INT, "method")
        .addParameter(SystemNames.DECODER, "arguments")
        .addParameter(SystemNames.ENCODER, "reply")
        .addException(Exception.class)
        .addCode(body.build())
        .build();
  }

  private MethodSpec call(Method method) {
    NameAllocator names = new NameAllocator();
    String in = names.newName("in");
    String out = names.newName("out");
    MethodSpec.Builder builder =
        MethodSpec.methodBuilder("call" + method.id())
            .addModifiers(Modifier.PRIVATE)
            .addParameter(SystemNames.DECODER, in)
            .addParameter(SystemNames.ENCODER, out);
    CodeBlock.Builder arguments = CodeBlock.builder();
    for (int i = 0; i < method.parameters().size(); i++) {
      Value parameter = method.parameters().get(i);
      String local = names.newName(parameter.name());
      builder.addStatement(
          "$T $N = $L",
          parameter.declared(),
          local,
          codecs.read(in, parameter.type(), CodeBlock.of("$S", parameter.name())));
      arguments.add(i == 0 ? "$N" : ", $N", local);
    }
    builder.addStatement("$N.end()", in);
    CodeBlock call = CodeBlock.of("this.target.$N($L)", method.name(), arguments.build());
    if (method.kind() == Kind.ONE_WAY) {
      return builder.addStatement(call).build();
    }
    builder.addStatement("$N.giveRights()", out);
    addCall(builder, method, call, out, names);
    return builder.build();
  }

  private void addCall(
      MethodSpec.Builder builder, Method method, CodeBlock call, String out, NameAllocator names) {
    String result = names.newName("result");
    String thrown = names.newName("thrown");
    boolean guarded = !method.exceptions().isEmpty();
    method.result().ifPresent(r -> builder.addStatement("$T $N", r.declared(), result));
    if (guarded) {
      builder.beginControlFlow("try");
    }
    builder.addStatement(method.result().isPresent() ? result + " = $L" : "$L", call);
    for (int i = 0; i < method.exceptions().size(); i++) {
      WireType.Structure exception = method.exceptions().get(i);
      builder
          .nextControlFlow("catch ($T $N)", exception.javaType(), thrown)
          .addStatement("$N.putNumber($L)", out, i + 1)
          .addStatement(
              codecs.write(
                  out,
                  new Value("", exception.javaType(), exception),
                  CodeBlock.of("$N", thrown),
                  method.name() + ".throws"))
          .addStatement("return");
    }
    if (guarded) {
      builder.endControlFlow();
    }
    builder.addStatement("$N.putNumber(0)", out);
    method
        .result()
        .ifPresent(r ->
            builder.addStatement(
                codecs.write(out, r, CodeBlock.of("$N", result), method.name() + ".result")));
  }
}
