// SPDX-License-Identifier: Apache-2.0
package org.portunus.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.TestTemplate;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A test that runs twice, once in each {@link Setting}. Parameters of the method that are service
 * interfaces of the implementation get the service; one of the type {@link Setting} is told where
 * it runs.
 *
 * {@snippet :
 * @ServiceTest(GreeterService.class)
 * void greets(Greeter greeter) {
 *   assertEquals("Good day, Ada", greeter.greet("Ada").text());
 * }
 * }
 *
 * <p>Sandboxed, the services are those of {@link org.portunus.embedding.Portunus#start()}; one
 * instance serves all tests of the run.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@TestTemplate
@ExtendWith(EachSetting.class)
public @interface ServiceTest {
  /** The implementation; in process, its constructor without parameters is called. */
  Class<?> value();
}
