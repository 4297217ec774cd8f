// SPDX-License-Identifier: Apache-2.0
package org.portunus.junit;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.Extension;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestTemplateInvocationContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContextProvider;
import org.junit.platform.commons.support.AnnotationSupport;
import org.portunus.embedding.Portunus;
import org.portunus.system.xpc.ServiceConnection;
import org.portunus.system.xpc.ServiceType;

/** Gives a test its service, first in process, then sandboxed. */
final class EachSetting implements TestTemplateInvocationContextProvider {
  private static final ExtensionContext.Namespace NAMESPACE =
      ExtensionContext.Namespace.create(EachSetting.class);

  EachSetting() {}

  @Override
  public boolean supportsTestTemplate(ExtensionContext context) {
    return AnnotationSupport.isAnnotated(context.getTestMethod(), ServiceTest.class);
  }

  @Override
  public Stream<TestTemplateInvocationContext> provideTestTemplateInvocationContexts(
      ExtensionContext context) {
    Class<?> implementation =
        AnnotationSupport.findAnnotation(context.getTestMethod(), ServiceTest.class)
            .orElseThrow()
            .value();
    return Arrays.stream(Setting.values()).map(setting -> new InSetting(setting, implementation));
  }

  private record InSetting(Setting setting, Class<?> implementation)
      implements TestTemplateInvocationContext, ParameterResolver {
    @Override
    public String getDisplayName(int invocation) {
      return setting.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    @Override
    public List<Extension> getAdditionalExtensions() {
      return List.of(this);
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
      Class<?> type = parameter.getParameter().getType();
      return type == Setting.class || (type.isInterface() && type.isAssignableFrom(implementation));
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
      Class<?> type = parameter.getParameter().getType();
      if (type == Setting.class) {
        return setting;
      }
      return switch (setting) {
        case IN_PROCESS -> inProcess();
        case SANDBOXED -> sandboxed(type, context);
      };
    }

    private Object inProcess() {
      try {
        var constructor = implementation.getDeclaredConstructor();
        constructor.trySetAccessible();
        return constructor.newInstance();
      } catch (ReflectiveOperationException failure) {
        throw new ParameterResolutionException(
            implementation.getName() + " can't be made by a constructor without parameters",
            failure);
      }
    }

    private static Object sandboxed(Class<?> type, ExtensionContext context) {
      Running running =
          context
              .getRoot()
              .getStore(NAMESPACE)
              .computeIfAbsent(Running.class, key -> new Running(Portunus.start()), Running.class);
      Open<?> open = new Open<>(running.portunus().open(type(type)));
      context.getStore(NAMESPACE).put(type, open);
      return open.connection().proxy();
    }

    private static ServiceType<?> type(Class<?> service) {
      String name = service.getName().replace('$', '_') + "Xpc";
      try {
        Object type =
            Class.forName(name, true, service.getClassLoader()).getField("TYPE").get(null);
        return (ServiceType<?>) type;
      } catch (ReflectiveOperationException failure) {
        throw new ParameterResolutionException(
            name + ".TYPE can't be read: is xpc-processor among the annotation processors?",
            failure);
      }
    }
  }

  /** Closed when the test run is over. */
  private record Running(Portunus portunus) implements AutoCloseable {
    @Override
    public void close() {
      portunus.close();
    }
  }

  /** Closed when its test is over. */
  private record Open<T>(ServiceConnection<T> connection) implements AutoCloseable {
    @Override
    public void close() {
      connection.close();
    }
  }
}
