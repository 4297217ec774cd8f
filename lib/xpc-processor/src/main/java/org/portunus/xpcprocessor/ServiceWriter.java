// SPDX-License-Identifier: Apache-2.0
package org.portunus.xpcprocessor;

import com.palantir.javapoet.AnnotationSpec;
import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.FieldSpec;
import com.palantir.javapoet.JavaFile;
import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.NameAllocator;
import com.palantir.javapoet.ParameterizedTypeName;
import com.palantir.javapoet.TypeName;
import com.palantir.javapoet.TypeSpec;
import java.util.HexFormat;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.TypeElement;
import javax.lang.model.util.ElementFilter;

/** Writes the class generated for one interface. */
final class ServiceWriter {
  private final ServiceModel service;
  private final TypeReader types;
  private final byte[] digest;
  private final String description;

  /**
   * @param digest SHA-256 of the canonical form
   * @param description empty if there is none
   */
  ServiceWriter(ServiceModel service, TypeReader types, byte[] digest, String description) {
    this.description = description;
    this.service = service;
    this.types = types;
    this.digest = digest;
  }

  JavaFile write(AnnotationSpec generatedMark) {
    ClassName name = SystemNames.generated(service.element());
    CodecWriter codecs = new CodecWriter(types, name.nestedClass(codecsName()));
    CallWriter calls = new CallWriter(service, codecs);
    TypeName serviceType =
        ParameterizedTypeName.get(SystemNames.SERVICE_TYPE, service.interfaceName());
    TypeSpec.Builder type =
        TypeSpec.classBuilder(name)
            .addOriginatingElement(service.element())
            .addJavadoc("Calls of {@link $T} across tasks.\n", service.interfaceName())
            .addAnnotation(generatedMark)
            .addModifiers(Modifier.FINAL)
            .addField(
                FieldSpec.builder(
                        serviceType, "TYPE", Modifier.PUBLIC, Modifier.STATIC, Modifier.FINAL)
                    .addJavadoc("What clients and services of the interface are made with.\n")
                    .initializer("new Type()")
                    .build())
            .addMethod(MethodSpec.constructorBuilder().addModifiers(Modifier.PRIVATE).build())
            .addType(type(serviceType))
            .addType(calls.proxy())
            .addType(calls.calls())
            .addType(codecs.codecs());
    if (service.element().getModifiers().contains(Modifier.PUBLIC)) {
      type.addModifiers(Modifier.PUBLIC);
    }
    return JavaFile.builder(name.packageName(), type.build())
        .skipJavaLangImports(true)
        .indent("  ")
        .build();
  }

  /** The proxy inherits the types inside of its interface: their names hide others. */
  private String codecsName() {
    NameAllocator names = new NameAllocator();
    for (TypeElement inside : ElementFilter.typesIn(service.element().getEnclosedElements())) {
      names.newName(inside.getSimpleName().toString(), inside);
    }
    return names.newName("Codecs");
  }

  private TypeSpec type(TypeName serviceType) {
    TypeName interfaceClass =
        ParameterizedTypeName.get(ClassName.get(Class.class), service.interfaceName());
    return TypeSpec.classBuilder("Type")
        .addModifiers(Modifier.PRIVATE, Modifier.STATIC, Modifier.FINAL)
        .addSuperinterface(serviceType)
        .addMethod(getter("name", TypeName.get(String.class), "return $S", service.name()))
        .addMethod(
            getter("interfaceClass", interfaceClass, "return $T.class", service.interfaceName()))
        .addMethod(
            MethodSpec.methodBuilder("digest")
                .addAnnotation(Override.class)
                .addModifiers(Modifier.PUBLIC)
                .returns(byte[].class)
                .addStatement(
                    "return $T.of().parseHex($S)",
                    HexFormat.class,
                    HexFormat.of().formatHex(digest))
                .build())
        .addMethod(getter("description", TypeName.get(String.class), "return $S", description))
        .addMethod(
            MethodSpec.methodBuilder("proxy")
                .addAnnotation(Override.class)
                .addModifiers(Modifier.PUBLIC)
                .returns(service.interfaceName())
                .addParameter(SystemNames.PEER, "peer")
                .addParameter(TypeName.INT, "object")
                .addStatement("return new Proxy(peer, object)")
                .build())
        .addMethod(
            MethodSpec.methodBuilder("dispatcher")
                .addAnnotation(Override.class)
                .addModifiers(Modifier.PUBLIC)
                .returns(SystemNames.DISPATCHER)
                .addParameter(service.interfaceName(), "implementation")
                .addStatement("return new Calls(implementation)")
                .build())
        .build();
  }

  private static MethodSpec getter(String name, TypeName result, String body, Object argument) {
    return MethodSpec.methodBuilder(name)
        .addAnnotation(Override.class)
        .addModifiers(Modifier.PUBLIC)
        .returns(result)
        .addStatement(body, argument)
        .build();
  }
}
