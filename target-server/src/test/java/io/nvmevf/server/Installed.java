package io.nvmevf.server;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * The test needs a program of this machine, and is left out where it is missing; where all tests are required ({@code NVMEVF_REQUIRE_ALL=1})
 * it is run, and fails.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(Installed.Condition.class)
public @interface Installed {
    /** The program, by its name in {@code PATH}. */
    String value();

    /** The Debian package that has it. */
    String debianPackage();

    /** Looks for the program. */
    final class Condition implements ExecutionCondition {
        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            // (Of a class that is annotated it is asked for each method, too.)
            return AnnotationSupport.findAnnotation(context.getElement(), Installed.class)
                    .map(Condition::evaluate)
                    .orElse(ConditionEvaluationResult.enabled("needs no program"));
        }

        private static ConditionEvaluationResult evaluate(Installed needs) {
            boolean there = Arrays.stream(System.getenv("PATH").split(":"))
                    .anyMatch(dir -> Files.isExecutable(Path.of(dir, needs.value())));
            return there || "1".equals(System.getenv("NVMEVF_REQUIRE_ALL"))
                    ? ConditionEvaluationResult.enabled(needs.value())
                    : ConditionEvaluationResult.disabled(
                            needs.value() + " is not installed; install it: apt-get install " + needs.debianPackage());
        }
    }
}
