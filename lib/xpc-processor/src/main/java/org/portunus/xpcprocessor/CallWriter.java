// SPDX-License-Identifier: Apache-2.0
package org.portunus.xpcprocessor;

import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.NameAllocator;
import com.palantir.javapoet.ParameterizedTypeName;
import com.palantir.javapoet.TypeName;
import com.palantir.javapoet.TypeSpec;
import com.palantir.javapoet.WildcardTypeName;
import java.lang.ref.Reference;
import java.util.function.Predicate;
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
            .returns(returned(method));
    CodeBlock.Builder parameters = CodeBlock.builder();
    for (Value parameter : method.parameters()) {
      String name = names.newName(parameter.name());
      builder.addParameter(parameter.declared(), name);
      parameters.addStatement(
          codecs.write(
              out, parameter, CodeBlock.of("$N", name), method.name() + "." + parameter.name()));
    }
    if (method.kind() == Kind.STAGED) {
      return builder.addCode(stagedCall(method, parameters.build(), out, in, names)).build();
    }
    method.exceptions().forEach(e -> builder.addException(e.javaType()));
    builder
        .beginControlFlow("try ($T $N = this.peer.request())", SystemNames.ENCODER, out)
        .addCode(parameters.build());
    if (method.kind() == Kind.ONE_WAY) {
      builder.addStatement("this.peer.send(this.object, $L, $N)", method.id(), out);
    } else {
      builder
          .beginControlFlow(
              "try ($T $N = this.peer.call(this.object, $L, $L$N))",
              SystemNames.DECODER,
              in,
              method.id(),
              repetition(method),
              out)
          .addCode(outcomes(method, in, names))
          .endControlFlow();
    }
    return builder
        .nextControlFlow("finally")
        .addStatement("$T.reachabilityFence(this)", Reference.class)
        .endControlFlow()
        .build();
  }

  private static TypeName returned(Method method) {
    if (method.kind() != Kind.STAGED) {
      return method.result().map(Value::declared).orElse(TypeName.VOID);
    }
    return ParameterizedTypeName.get(
        SystemNames.STAGE, method.result().map(Value::declared).orElse(ClassName.get(Void.class)));
  }

  private static CodeBlock repetition(Method method) {
    return switch (method.repetition()) {
      case NEVER -> CodeBlock.of("");
      case ONCE -> CodeBlock.of("$T.ONCE, ", SystemNames.REPETITION);
    };
  }

  private CodeBlock stagedCall(
      Method method, CodeBlock parameters, String out, String in, NameAllocator names) {
    return CodeBlock.builder()
        .add(
            "return this.peer.callStaged(\n$>$>this.object,\n$L,\n$T.$L,\n$N -> {\n$>",
            method.id(),
            SystemNames.REPETITION,
            method.repetition(),
            out)
        .add(parameters)
        .add("$<},\n$N -> {\n$>", in)
        .beginControlFlow("try")
        .add(outcomes(method, in, names))
        .nextControlFlow("finally")
        .addStatement("$T.reachabilityFence(this)", Reference.class)
        .endControlFlow()
        .add("$<});\n$<$<")
        .build();
  }

  private CodeBlock outcomes(Method method, String in, NameAllocator names) {
    CodeBlock.Builder code = CodeBlock.builder();
    int outcomes = method.exceptions().size() + 1;
    String throwing = "the throws clause of " + method.name();
    if (outcomes == 1) {
      code.addStatement("$N.readNumber($S, 1, $S)", in, "outcome", throwing);
    } else {
      String outcome = names.newName("outcome");
      code.addStatement(
          "int $N = $N.readNumber($S, $L, $S)", outcome, in, "outcome", outcomes, throwing);
      String thrown = names.newName("thrown");
      for (int i = 1; i < outcomes; i++) {
        WireType.Structure exception = method.exceptions().get(i - 1);
        code.beginControlFlow("if ($N == $L)", outcome, i)
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
      code.addStatement("$N.end()", in);
      if (method.kind() == Kind.STAGED) {
        code.addStatement("return null");
      }
      return code.build();
    }
    Value result = method.result().get();
    String local = names.newName("result");
    return code.addStatement(
            "$T $N = $L",
            result.declared(),
            local,
            codecs.read(in, result.type(), CodeBlock.of("$S", "result")))
        .addStatement("$N.endResult()", in)
        .addStatement("return $N", local)
        .build();
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
    if (service.methods().stream().anyMatch(m -> m.kind() == Kind.STAGED)) {
      calls.addMethod(dispatchStaged());
    }
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
    return MethodSpec.methodBuilder("dispatch")
        .addAnnotation(Override.class)
        .addModifiers(Modifier.PUBLIC)
        .addParameter(SystemNames.PEER, "peer")
        .addParameter(TypeName.INT, "method")
        .addParameter(SystemNames.DECODER, "arguments")
        .addParameter(SystemNames.ENCODER, "reply")
        .addException(Exception.class)
        .addCode("switch (method) {\n$>")
        .addCode(cases(m -> m.kind() != Kind.STAGED, "case $L -> call$L(arguments, reply);\n"))
        .addCode(unknown())
        .addCode("$<}\n")
        .build();
  }

  private MethodSpec dispatchStaged() {
    return MethodSpec.methodBuilder("dispatchStaged")
        .addAnnotation(Override.class)
        .addModifiers(Modifier.PUBLIC)
        .returns(stagedReply(WildcardTypeName.subtypeOf(Object.class)))
        .addParameter(SystemNames.PEER, "peer")
        .addParameter(TypeName.INT, "method")
        .addParameter(SystemNames.DECODER, "arguments")
        .addCode("return switch (method) {\n$>")
        .addCode(cases(m -> m.kind() == Kind.STAGED, "case $L -> call$L(arguments);\n"))
        .addCode(unknown())
        .addCode("$<};\n")
        .build();
  }

  private CodeBlock cases(Predicate<Method> which, String line) {
    CodeBlock.Builder cases = CodeBlock.builder();
    service.methods().stream().filter(which).forEach(m -> cases.add(line, m.id(), m.id()));
    return cases.build();
  }

  private CodeBlock unknown() {
    return CodeBlock.of(
        "default -> throw new $T($T.UNKNOWN_METHOD, $S + method);\n",
        SystemNames.EXCEPTION,
        SystemNames.ERROR_CODE,
        service.name() + " has no method ");
  }

  private static TypeName stagedReply(TypeName result) {
    return ParameterizedTypeName.get(SystemNames.STAGED_REPLY, result);
  }

  private MethodSpec call(Method method) {
    NameAllocator names = new NameAllocator();
    String in = names.newName("in");
    String out = names.newName("out");
    MethodSpec.Builder builder =
        MethodSpec.methodBuilder("call" + method.id())
            .addModifiers(Modifier.PRIVATE)
            .addParameter(SystemNames.DECODER, in);
    CodeBlock.Builder arguments = CodeBlock.builder();
    CodeBlock.Builder reading = CodeBlock.builder();
    for (int i = 0; i < method.parameters().size(); i++) {
      Value parameter = method.parameters().get(i);
      String local = names.newName(parameter.name());
      reading.addStatement(
          "$T $N = $L",
          parameter.declared(),
          local,
          codecs.read(in, parameter.type(), CodeBlock.of("$S", parameter.name())));
      arguments.add(i == 0 ? "$N" : ", $N", local);
    }
    reading.addStatement("$N.end()", in);
    CodeBlock call = CodeBlock.of("this.target.$N($L)", method.name(), arguments.build());
    builder.addCode(reading.build());
    switch (method.kind()) {
      case ONE_WAY -> builder.addParameter(SystemNames.ENCODER, out).addStatement(call);
      case WITH_REPLY ->
          builder
              .addParameter(SystemNames.ENCODER, out)
              .addStatement("$N.giveRights()", out)
              .addCode(answer(method, call, out, names));
      case STAGED -> addStage(builder, method, call, out, names);
    }
    return builder.build();
  }

  private void addStage(
      MethodSpec.Builder builder, Method method, CodeBlock call, String out, NameAllocator names) {
    String outcome = names.newName("outcome");
    TypeName result = method.result().map(Value::declared).orElse(ClassName.get(Void.class));
    builder
        .returns(stagedReply(result))
        .addCode(
            "return $T.of(\n$>$>() -> $L,\n($N, $N) -> {\n$>",
            SystemNames.STAGED_REPLY,
            call,
            outcome,
            out)
        .addStatement("$N.giveRights()", out)
        .addCode(answer(method, CodeBlock.of("$N.call()", outcome), out, names))
        .addCode("$<});\n$<$<");
  }

  /** Writes what the call gives, or the declared exception that it throws. */
  private CodeBlock answer(Method method, CodeBlock call, String out, NameAllocator names) {
    CodeBlock.Builder code = CodeBlock.builder();
    String result = names.newName("result");
    String thrown = names.newName("thrown");
    boolean guarded = !method.exceptions().isEmpty();
    method.result().ifPresent(r -> code.addStatement("$T $N", r.declared(), result));
    if (guarded) {
      code.beginControlFlow("try");
    }
    code.addStatement(method.result().isPresent() ? result + " = $L" : "$L", call);
    for (int i = 0; i < method.exceptions().size(); i++) {
      WireType.Structure exception = method.exceptions().get(i);
      code.nextControlFlow("catch ($T $N)", exception.javaType(), thrown)
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
      code.endControlFlow();
    }
    code.addStatement("$N.putNumber(0)", out);
    method
        .result()
        .ifPresent(r ->
            code.addStatement(
                codecs.write(out, r, CodeBlock.of("$N", result), method.name() + ".result")));
    return code.build();
  }
}
