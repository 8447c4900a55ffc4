package io.reconverge.entities;

import com.networknt.schema.ExecutionConfig;
import com.networknt.schema.Schema;
import com.networknt.schema.ValidationLimitExceededException;
import io.reconverge.wire.JsonObject;
import io.reconverge.wire.OnConflict;
import io.reconverge.wire.Pointer;
import io.reconverge.wire.Violation;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// An entity type that has a schema.
///
/// @param whole holds for the entity
/// @param patch holds for the top-level members of a merge patch, nulls left out: see [PatchSchema]
record EntityType(Schema whole, Schema patch, OnConflict onConflict) {

    private static final int VIOLATIONS_MAX = 100;
    private static final int MESSAGE_LENGTH_MAX = 300;

    /// Schemas can be written so that checking takes exponential time, or never ends.
    private static final ExecutionConfig LIMITS =
            ExecutionConfig.builder()
                    .formatAssertionsEnabled(true)
                    .maxEvaluationSteps(5_000_000)
                    .maxEvaluationDepth(1_000)
                    .build();

    /// These are told of the object, and are a fault of one member that it has.
    private static final Set<String> OF_A_MEMBER =
            Set.of("additionalProperties", "unevaluatedProperties", "propertyNames");

    List<Violation> check(JsonObject data) {
        return violations(whole, data.tree());
    }

    List<Violation> checkPatch(JsonObject data) {
        ObjectNode given = data.tree().objectNode();
        data.tree().properties().stream()
                .filter(member -> !member.getValue().isNull())
                .forEach(member -> given.set(member.getKey(), member.getValue()));
        return violations(patch, given);
    }

    private static List<Violation> violations(Schema schema, JsonNode data) {
        try {
            return schema.validate(data, execution -> execution.setExecutionConfig(LIMITS)).stream()
                    .limit(VIOLATIONS_MAX)
                    .map(EntityType::violation)
                    .distinct()
                    .toList();
        } catch (ValidationLimitExceededException endless) {
            return List.of(
                    new Violation(
                            Pointer.bounded(endless.getInstanceLocation().toString()),
                            "takes too many steps to check against its type's schema"));
        }
    }

    private static Violation violation(com.networknt.schema.Error error) {
        String pointer = Pointer.bounded(error.getInstanceLocation().toString());
        if (OF_A_MEMBER.contains(error.getKeyword()) && error.getProperty() != null) {
            return new Violation(
                    Pointer.to(pointer, error.getProperty()),
                    "is not a member that this type's schema allows");
        }
        String message = error.getMessage();
        return new Violation(
                pointer,
                message.length() <= MESSAGE_LENGTH_MAX
                        ? message
                        : message.substring(0, MESSAGE_LENGTH_MAX) + "…");
    }
}
