package io.nvmevf.storage.conformance;

import io.netty.channel.uring.IoUring;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Skips tests, with the reason, where the kernel or a seccomp profile does not give io_uring. */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@ExtendWith(EnabledIfIoUring.Condition.class)
public @interface EnabledIfIoUring {

    /** Asks Netty. */
    final class Condition implements ExecutionCondition {
        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            return IoUring.isAvailable()
                    ? ConditionEvaluationResult.enabled("io_uring is available")
                    : ConditionEvaluationResult.disabled("no io_uring: " + IoUring.unavailabilityCause());
        }
    }
}
