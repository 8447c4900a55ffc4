package io.reconverge.parts;

import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.testcontainers.DockerClientFactory;

/// Skips what cannot run here.
final class PartsCondition implements ExecutionCondition {

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        if (!Parts.onContainers()) {
            return ConditionEvaluationResult.enabled("the parts are embedded");
        }
        QuietLogs.install();
        try {
            DockerClientFactory.instance().client();
            return ConditionEvaluationResult.enabled("a Docker engine answers");
        } catch (RuntimeException e) {
            return ConditionEvaluationResult.disabled(
                    "no Docker engine answers: " + e.getMessage());
        }
    }
}
