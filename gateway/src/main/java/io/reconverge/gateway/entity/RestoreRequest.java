package io.reconverge.gateway.entity;

import io.reconverge.wire.InvalidDocument;
import io.reconverge.wire.StrictJson;
import io.reconverge.wire.Violation;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The body of a restore.
///
/// @param version which the entity is to be written as again
record RestoreRequest(long version) {

    static final int BODY_MAX_BYTES = 1024;

    private static final String VERSION = "version";

    /// @throws InvalidDocument with a pointer to each thing wrong
    static RestoreRequest read(byte[] body) {
        List<Violation> violations = new ArrayList<>();
        if (!(StrictJson.parse(body) instanceof ObjectNode object)) {
            throw new InvalidDocument(List.of(new Violation("", "must be an object")));
        }
        object.propertyNames().stream()
                .filter(name -> !name.equals(VERSION))
                .forEach(name ->
                        violations.add(
                                new Violation(
                                        "/" + name.replace("~", "~0").replace("/", "~1"),
                                        "is not known here")));
        JsonNode version = object.path(VERSION);
        boolean sound =
                version.isIntegralNumber()
                        && version.canConvertToLong()
                        && version.longValue() >= 1;
        if (!sound) {
            violations.add(new Violation("/" + VERSION, "must be a version: 1 or more"));
        }
        if (!violations.isEmpty()) {
            throw new InvalidDocument(violations);
        }
        return new RestoreRequest(version.longValue());
    }
}
