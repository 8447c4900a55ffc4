package io.reconverge.client.outbox;

import static java.util.Objects.requireNonNull;

import io.reconverge.wire.Change;
import io.reconverge.wire.JsonObject;
import io.reconverge.wire.Op;
import io.reconverge.wire.WireJson;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// One edit that does what two do.
///
/// | the first | then a put | then a patch | then a delete |
/// | --- | --- | --- | --- |
/// | put | the second | put of the first, patched | the second |
/// | patch | the second | both composed | the second |
/// | delete | the second | put of the patch applied to nothing | the second |
final class Coalescing {

    private Coalescing() {}

    /// @param under what the first applies to, null where there is nothing
    static Edit combine(@Nullable JsonObject under, Edit first, Edit second) {
        return switch (second.op()) {
            case PUT, DELETE -> second;
            case PATCH ->
                    switch (first.op()) {
                        case PUT, DELETE ->
                                Edit.put(requireNonNull(second.applyTo(first.applyTo(under))));
                        case PATCH -> composed(under, first, second);
                    };
        };
    }

    private static Edit composed(@Nullable JsonObject under, Edit first, Edit second) {
        JsonObject patch =
                JsonObject.of(
                        compose(
                                under == null ? null : under.tree(),
                                requireNonNull(first.data()).tree(),
                                requireNonNull(second.data()).tree()));
        // names of what goes can make a patch larger than what it leaves
        return patch.text().getBytes(StandardCharsets.UTF_8).length <= Change.DATA_MAX_BYTES
                ? new Edit(Op.PATCH, patch)
                : Edit.put(requireNonNull(second.applyTo(first.applyTo(under))));
    }

    /// A patch that does to `under` what both do one after the other. Where neither replaces what
    /// the other then goes into, it does so to anything.
    static ObjectNode compose(@Nullable JsonNode under, ObjectNode first, ObjectNode second) {
        ObjectNode composed = WireJson.MAPPER.createObjectNode();
        composed.setAll(first);
        for (var member : second.properties()) {
            JsonNode below = under == null ? null : under.get(member.getKey());
            composed.set(
                    member.getKey(),
                    composed(below, first.get(member.getKey()), member.getValue()));
        }
        return composed;
    }

    private static JsonNode composed(
            @Nullable JsonNode under, @Nullable JsonNode first, JsonNode second) {
        if (first == null || !(second instanceof ObjectNode patch)) {
            return second;
        }
        return first instanceof ObjectNode object
                ? compose(under, object, patch)
                : replacing(under, patch);
    }

    /// A patch that makes of `under` what `patch` makes of nothing: RFC 7396 has no word for it, so
    /// each member that must go is named.
    private static ObjectNode replacing(@Nullable JsonNode under, ObjectNode patch) {
        ObjectNode replacing = WireJson.MAPPER.createObjectNode();
        if (under instanceof ObjectNode object) {
            object.propertyNames().forEach(replacing::putNull);
        }
        for (var member : patch.properties()) {
            JsonNode below = under == null ? null : under.get(member.getKey());
            replacing.set(
                    member.getKey(),
                    member.getValue() instanceof ObjectNode inner
                            ? replacing(below, inner)
                            : member.getValue());
        }
        return replacing;
    }
}
