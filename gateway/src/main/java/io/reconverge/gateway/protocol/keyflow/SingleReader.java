package io.reconverge.gateway.protocol.keyflow;

import io.reconverge.gateway.protocol.DerivedIds;
import io.reconverge.gateway.protocol.SenderDevice;
import io.reconverge.wire.Change;
import io.reconverge.wire.JsonObject;
import io.reconverge.wire.Members;
import io.reconverge.wire.Op;
import io.reconverge.wire.StrictJson;
import io.reconverge.wire.Violation;
import io.reconverge.wire.Violations;
import io.reconverge.wire.WireJson;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Reads progress or settings: their members bare, or under their name, or under `data`. Members
/// that are not given stay; one that is null goes.
final class SingleReader {

    /// What is said beside the members where they are bare.
    private static final Set<String> NO_MEMBERS =
            Set.of(Keyflow.ID, "deviceId", "userId", "clientTimestamp", "type");

    private static final List<String> TIMES =
            List.of(Keyflow.LAST_MODIFIED, "clientTimestamp", "timestamp");

    private final BiFunction<String, JsonObject, List<Violation>> schema;

    /// @param schema what is wrong with a patch of a type
    SingleReader(BiFunction<String, JsonObject, List<Violation>> schema) {
        this.schema = schema;
    }

    /// @param change a patch, with `lastModified`
    record Request(String deviceId, Change change) {}

    /// @param ofHeaders the device that the headers name, empty for none
    /// @param now when it was last modified if the request does not say
    /// @throws io.reconverge.wire.InvalidDocument with all that is wrong
    Request read(Single single, byte[] body, String ofHeaders, long now) {
        Violations violations = new Violations();
        Members members = Members.ofDocument(body, violations);
        String device = SenderDevice.of(members, ofHeaders);
        String wrapper = wrapper(single, members);
        ObjectNode patch =
                wrapper.isEmpty()
                        ? bare(members.object())
                        : ((ObjectNode) members.object().get(wrapper)).deepCopy();
        String pointer = wrapper.isEmpty() ? "" : "/" + wrapper;
        Long said = said(members, new Members(patch, pointer, violations));
        Change change = change(single, patch, pointer, said, now, device, violations);
        violations.throwIfAny();
        return new Request(device, change);
    }

    /// The change that a patch makes.
    ///
    /// @param patch is given its `lastModified`
    /// @param pointer where the patch stands
    /// @param said when it was last modified, null where nothing says so
    Change change(
            Single single,
            ObjectNode patch,
            String pointer,
            @Nullable Long said,
            long now,
            String device,
            Violations violations) {
        patch.put(Keyflow.LAST_MODIFIED, said == null ? now : said);
        JsonObject data = StrictJson.dataOf(patch, pointer, violations);
        schema.apply(single.type(), data)
                .forEach(wrong -> violations.add(pointer + wrong.pointer(), wrong.message()));
        UUID changeId =
                said == null
                        ? UUID.randomUUID()
                        : DerivedIds.of(
                                Keyflow.PROTOCOL,
                                single.id(),
                                device,
                                WireJson.MAPPER.writeValueAsString(patch));
        return new Change(
                changeId,
                single.type(),
                single.id(),
                Op.PATCH,
                data,
                null,
                said == null ? now : said,
                null);
    }

    /// Empty where the members are bare.
    private static String wrapper(Single single, Members members) {
        return single.wrappers().stream()
                .filter(name -> members.optional(name) instanceof ObjectNode)
                .findFirst()
                .orElse("");
    }

    private static ObjectNode bare(ObjectNode object) {
        ObjectNode bare = object.deepCopy();
        bare.remove(NO_MEMBERS);
        return bare;
    }

    /// When it was last modified; null where nothing says so.
    static @Nullable Long said(Members outer, Members inner) {
        for (Members members : List.of(inner, outer)) {
            for (String name : TIMES) {
                JsonNode time = members.optional(name);
                if (name.equals(Keyflow.LAST_MODIFIED) && time != null) {
                    // what is wrong with it is said here, and it counts as said
                    return Objects.requireNonNullElse(
                            members.integer(name, 0, Members.INTEGER_MAX), 0L);
                }
                if (time != null
                        && time.isIntegralNumber()
                        && time.canConvertToLong()
                        && time.longValue() >= 0
                        && time.longValue() <= Members.INTEGER_MAX) {
                    return time.longValue();
                }
            }
        }
        return null;
    }
}
