// SPDX-License-Identifier: Apache-2.0
package org.portunus.xpcprocessor;

import com.palantir.javapoet.ArrayTypeName;
import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.FieldSpec;
import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.NameAllocator;
import com.palantir.javapoet.TypeName;
import com.palantir.javapoet.TypeSpec;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import javax.lang.model.element.Modifier;
import org.portunus.xpcprocessor.ServiceModel.Shape;
import org.portunus.xpcprocessor.ServiceModel.Value;
import org.portunus.xpcprocessor.WireType.Scalar;

/**
 * Writes the class of the codecs: a pair of static methods for each type that is not a scalar or a
 * reference, on its first use.
 */
final class CodecWriter {
  private static final ClassName LIST = ClassName.get("java.util", "ArrayList");
  private static final ClassName MAP = ClassName.get("java.util", "LinkedHashMap");
  private static final ClassName COLLECTIONS = ClassName.get("java.util", "Collections");
  private static final ClassName OPTIONAL = ClassName.get("java.util", "Optional");
  private static final int FIRST_CAPACITY = 16;

  private final TypeReader types;
  private final LeastSizes sizes;
  private final ClassName codecs;
  private final Map<WireType, String> labels = new HashMap<>();
  private final Set<String> taken = new HashSet<>();
  private final TypeSpec.Builder into;

  /**
   * @param codecs the class to write
   */
  CodecWriter(TypeReader types, ClassName codecs) {
    this.types = types;
    this.sizes = new LeastSizes(types);
    this.codecs = codecs;
    this.into =
        TypeSpec.classBuilder(codecs)
            .addModifiers(Modifier.PRIVATE, Modifier.STATIC, Modifier.FINAL)
            .addMethod(MethodSpec.constructorBuilder().addModifiers(Modifier.PRIVATE).build());
  }

  TypeSpec codecs() {
    return into.build();
  }

  /** A statement's text that writes a value to {@code out}. */
  CodeBlock write(String out, Value value, CodeBlock expression, String path) {
    CodeBlock present =
        value.declared().isPrimitive()
            ? expression
            : CodeBlock.of(
                "$T.requireNonNull($L, $S)", Objects.class, expression, path + " is null");
    return write(out, value.type(), present);
  }

  private CodeBlock write(String out, WireType type, CodeBlock value) {
    return switch (type) {
      case Scalar scalar -> CodeBlock.of("$L.put$L($L)", out, scalar.method, value);
      case WireType.Reference reference ->
          CodeBlock.of(
              "$L.putReference($T.TYPE, $L)",
              out,
              SystemNames.generated(reference.element()),
              value);
      case WireType.Enumeration e -> CodeBlock.of("$L.putNumber($L.ordinal())", out, value);
      default -> CodeBlock.of("$T.write$L($L, $L)", codecs, label(type), out, value);
    };
  }

  /** An expression that reads a value from {@code in}. */
  CodeBlock read(String in, WireType type, CodeBlock name) {
    return switch (type) {
      case Scalar scalar -> CodeBlock.of("$L.read$L($L)", in, scalar.method, name);
      case WireType.Reference reference ->
          CodeBlock.of(
              "$L.readReference($T.TYPE, $L)",
              in,
              SystemNames.generated(reference.element()),
              name);
      default -> CodeBlock.of("$T.read$L($L, $L)", codecs, label(type), in, name);
    };
  }

  private String label(WireType type) {
    String known = labels.get(type);
    if (known != null) {
      return known;
    }
    String label = type.label();
    for (int i = 2; !taken.add(label); i++) {
      label = type.label() + i;
    }
    labels.put(type, label);
    switch (type) {
      case WireType.Enumeration enumeration -> addEnumeration(enumeration, label);
      case WireType.Structure structure -> addStructure(structure, label);
      case WireType.Choice choice -> addChoice(choice, label);
      case WireType.ListOf list -> addList(list, label);
      case WireType.MapOf map -> addMap(map, label);
      case WireType.OptionalOf optional -> addOptional(optional, label);
      case Scalar scalar -> throw new IllegalStateException("a scalar has no codec: " + scalar);
      case WireType.Reference reference ->
          throw new IllegalStateException("a reference has no codec: " + reference);
    }
    return label;
  }

  private void addEnumeration(WireType.Enumeration type, String label) {
    String constants = "CONSTANTS_OF_" + label;
    into.addField(
        FieldSpec.builder(
                ArrayTypeName.of(type.javaType()),
                constants,
                Modifier.PRIVATE,
                Modifier.STATIC,
                Modifier.FINAL)
            .initializer("$T.values()", type.javaType())
            .build());
    into.addMethod(
        reader(type, label)
            .addStatement(
                "return $L[in.readNumber(name, $L.length, $S)]",
                constants,
                constants,
                "enum " + type.element().getSimpleName())
            .build());
  }

  private void addStructure(WireType.Structure type, String label) {
    Shape shape = types.shape(type);
    String simple = type.element().getSimpleName().toString();
    MethodSpec.Builder write = writer(type, label).addStatement("int mark = out.beginRecord()");
    MethodSpec.Builder read = reader(type, label).addStatement("int outer = in.beginRecord(name)");
    NameAllocator names = new NameAllocator();
    for (String reserved : List.of("in", "name", "outer", "refusal")) {
      names.newName(reserved);
    }
    CodeBlock.Builder arguments = CodeBlock.builder();
    for (int i = 0; i < shape.components().size(); i++) {
      Value component = shape.components().get(i);
      write.addStatement(
          write(
              "out",
              component,
              CodeBlock.of("value.$N()", shape.accessors().get(i)),
              simple + "." + component.name()));
      String local = names.newName(component.name());
      read.addStatement("$T $N = $L", component.declared(), local, readComponent(component));
      arguments.add(i == 0 ? "$N" : ", $N", local);
    }
    into.addMethod(write.addStatement("out.endRecord(mark)").build());
    into.addMethod(
        read.addStatement("in.endRecord(outer)")
            .beginControlFlow("try")
            .addStatement("return new $T($L)", type.javaType(), arguments.build())
            .nextControlFlow("catch ($T refusal)", RuntimeException.class)
            .addStatement("throw in.refused(name, $S, refusal)", simple + " refuses the value")
            .endControlFlow()
            .build());
  }

  private CodeBlock readComponent(Value component) {
    CodeBlock read = read("in", component.type(), CodeBlock.of("$S", component.name()));
    return component
        .ifAbsent()
        .map(value -> CodeBlock.of("in.isAbsent() ? $L : $L", value, read))
        .orElse(read);
  }

  private void addChoice(WireType.Choice type, String label) {
    List<WireType> cases = types.cases(type);
    MethodSpec.Builder write = writer(type, label);
    CodeBlock.Builder read =
        CodeBlock.builder()
            .add(
                "return switch (in.readNumber(name, $L, $S)) {\n$>",
                cases.size(),
                "sealed " + type.element().getSimpleName());
    for (int i = 0; i < cases.size(); i++) {
      TypeName option = cases.get(i).javaType();
      String test = "if (value instanceof $T option)";
      if (i == 0) {
        write.beginControlFlow(test, option);
      } else {
        write.nextControlFlow("else " + test, option);
      }
      write.addStatement("out.putNumber($L)", i);
      write.addStatement(write("out", cases.get(i), CodeBlock.of("option")));
      read.add(
          "$L -> $L;\n",
          i == cases.size() - 1 ? "default" : "case " + i,
          read("in", cases.get(i), CodeBlock.of("name")));
    }
    into.addMethod(
        write
            .nextControlFlow("else")
            .addStatement(
                "throw new $T($S)", IllegalStateException.class, label + " has a new case")
            .endControlFlow()
            .build());
    into.addMethod(reader(type, label).addCode(read.add("$<};\n").build()).build());
  }

  private void addList(WireType.ListOf type, String label) {
    WireType element = type.element();
    TypeName elementType = element.javaType();
    into.addMethod(
        writer(type, label)
            .addStatement("int mark = out.beginList()")
            .addStatement("int count = 0")
            .beginControlFlow("for ($T element : value)", elementType)
            .addStatement(
                write(
                    "out", new Value("", elementType, element), CodeBlock.of("element"), "element"))
            .addStatement("count++")
            .endControlFlow()
            .addStatement("out.endList(mark, count)")
            .build());
    into.addMethod(
        reader(type, label)
            .addStatement("int count = in.beginList(name, $L)", sizes.of(element))
            .addStatement(
                "$T<$T> list = new $T<>($T.min(count, $L))",
                LIST,
                elementType,
                LIST,
                Math.class,
                FIRST_CAPACITY)
            .beginControlFlow("for (int i = 0; i < count; i++)")
            .addStatement("in.element(i)")
            .addStatement("list.add($L)", read("in", element, CodeBlock.of("$S", "")))
            .endControlFlow()
            .addStatement("in.endList()")
            .addStatement("return $T.unmodifiableList(list)", COLLECTIONS)
            .build());
  }

  private void addMap(WireType.MapOf type, String label) {
    Value key = new Value("", type.key().javaType(), type.key());
    Value value = new Value("", type.value().javaType(), type.value());
    into.addMethod(
        writer(type, label)
            .addStatement("int mark = out.beginList()")
            .addStatement("int count = 0")
            .beginControlFlow(
                "for ($T.Entry<$T, $T> entry : value.entrySet())",
                Map.class,
                key.declared(),
                value.declared())
            .addStatement(write("out", key, CodeBlock.of("entry.getKey()"), "key"))
            .addStatement(write("out", value, CodeBlock.of("entry.getValue()"), "value"))
            .addStatement("count++")
            .endControlFlow()
            .addStatement("out.endList(mark, count)")
            .build());
    into.addMethod(
        reader(type, label)
            .addStatement(
                "int count = in.beginList(name, $L)", sizes.of(type.key()) + sizes.of(type.value()))
            .addStatement("$T<$T, $T> map = new $T<>()", MAP, key.declared(), value.declared(), MAP)
            .beginControlFlow("for (int i = 0; i < count; i++)")
            .addStatement("in.element(i)")
            .addStatement(
                "$T key = $L", key.declared(), read("in", key.type(), CodeBlock.of("$S", "key")))
            .beginControlFlow("if (map.containsKey(key))")
            .addStatement("throw in.refused($S, $S)", "key", "the map has this key already")
            .endControlFlow()
            .addStatement("map.put(key, $L)", read("in", value.type(), CodeBlock.of("$S", "value")))
            .endControlFlow()
            .addStatement("in.endList()")
            .addStatement("return $T.unmodifiableMap(map)", COLLECTIONS)
            .build());
  }

  private void addOptional(WireType.OptionalOf type, String label) {
    into.addMethod(
        writer(type, label)
            .addStatement("out.putBoolean(value.isPresent())")
            .beginControlFlow("if (value.isPresent())")
            .addStatement(write("out", type.element(), CodeBlock.of("value.get()")))
            .endControlFlow()
            .build());
    into.addMethod(
        reader(type, label)
            .addStatement(
                "return in.readBoolean(name) ? $T.of($L) : $T.empty()",
                OPTIONAL,
                read("in", type.element(), CodeBlock.of("name")),
                OPTIONAL)
            .build());
  }

  private static MethodSpec.Builder writer(WireType type, String label) {
    return MethodSpec.methodBuilder("write" + label)
        .addModifiers(Modifier.STATIC)
        .addParameter(SystemNames.ENCODER, "out")
        .addParameter(type.javaType(), "value");
  }

  private static MethodSpec.Builder reader(WireType type, String label) {
    return MethodSpec.methodBuilder("read" + label)
        .addModifiers(Modifier.STATIC)
        .returns(type.javaType())
        .addParameter(SystemNames.DECODER, "in")
        .addParameter(String.class, "name");
  }
}
