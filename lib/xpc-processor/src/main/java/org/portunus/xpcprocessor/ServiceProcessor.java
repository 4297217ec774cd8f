// SPDX-License-Identifier: Apache-2.0
package org.portunus.xpcprocessor;

import com.palantir.javapoet.AnnotationSpec;
import com.palantir.javapoet.ClassName;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.annotation.processing.AbstractProcessor;
import javax.annotation.processing.Messager;
import javax.annotation.processing.RoundEnvironment;
import javax.lang.model.SourceVersion;
import javax.lang.model.element.Element;
import javax.lang.model.element.TypeElement;
import javax.lang.model.util.Elements;
import javax.tools.Diagnostic;
import org.portunus.xpcprocessor.CanonicalForm.Described;

/** What the compiler calls: for each interface annotated {@code @Service} one class. */
public final class ServiceProcessor extends AbstractProcessor {
  private static final String GENERATED = "javax.annotation.processing.Generated";
  private static final ClassName OWN_GENERATED =
      ClassName.get("org.portunus.system.xpc.wire", "Generated");

  @Override
  public SourceVersion getSupportedSourceVersion() {
    return SourceVersion.latestSupported();
  }

  @Override
  public Set<String> getSupportedAnnotationTypes() {
    return Set.of(SystemNames.SERVICE);
  }

  @Override
  public boolean process(Set<? extends TypeElement> annotations, RoundEnvironment round) {
    for (TypeElement annotation : annotations) {
      for (Element element : round.getElementsAnnotatedWith(annotation)) {
        process((TypeElement) element);
      }
    }
    return false;
  }

  private void process(TypeElement service) {
    Messager messager = processingEnv.getMessager();
    InterfaceReader reader = reader(service);
    Optional<ServiceModel> model = reader.read();
    for (Map.Entry<Element, List<String>> entry : reader.problems().entrySet()) {
      for (String problem : entry.getValue()) {
        messager.printMessage(Diagnostic.Kind.ERROR, problem, entry.getKey());
      }
    }
    if (model.isEmpty()) {
      return;
    }
    try {
      Described described = new Described(model.get(), reader.types());
      byte[] digest = CanonicalForm.digest(CanonicalForm.of(described, this::find));
      String description = DescriptionForm.of(described, this::find);
      new ServiceWriter(model.get(), reader.types(), digest, description)
          .write(mark(service))
          .writeTo(processingEnv.getFiler());
    } catch (RefusedException refused) {
      messager.printMessage(Diagnostic.Kind.ERROR, String.valueOf(refused.getMessage()), service);
    } catch (IOException failure) {
      messager.printMessage(
          Diagnostic.Kind.ERROR, "the generated class can't be written: " + failure, service);
    }
  }

  /** An interface passed by reference: part of the digest of the one that passes it. */
  private Described find(TypeElement service) throws RefusedException {
    InterfaceReader reader = reader(service);
    ServiceModel model =
        reader
            .read()
            .orElseThrow(() ->
                new RefusedException(
                    TypeReader.name(service),
                    "passed by reference, but not a correct service interface: "
                        + reader.problems().values()));
    return new Described(model, reader.types());
  }

  private InterfaceReader reader(TypeElement service) {
    return new InterfaceReader(
        processingEnv.getElementUtils(), processingEnv.getTypeUtils(), service);
  }

  /** The JDK's annotation where the module reads java.compiler, our own elsewhere. */
  private AnnotationSpec mark(TypeElement service) {
    Elements elements = processingEnv.getElementUtils();
    boolean visible = elements.getTypeElement(elements.getModuleOf(service), GENERATED) != null;
    ClassName name = visible ? ClassName.bestGuess(GENERATED) : OWN_GENERATED;
    return AnnotationSpec.builder(name)
        .addMember("value", "$S", ServiceProcessor.class.getName())
        .build();
  }
}
