package io.reconverge.client.conflict;

import io.reconverge.wire.JsonObject;
import io.reconverge.wire.SameJson;
import io.reconverge.wire.WireJson;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// How two versions of an entity differ from the one both were made from, by top-level member: what
/// the server does under `merge`. Values are the same as [SameJson] says.
///
/// @param local members that only the local side changed
/// @param contested members that both sides changed, each to something else, by name
public record ThreeWay(
        JsonObject ours, JsonObject theirs, Set<String> local, SortedSet<String> contested) {

    public ThreeWay {
        local = Collections.unmodifiableSet(new LinkedHashSet<>(local));
        contested = Collections.unmodifiableSortedSet(new TreeSet<>(contested));
    }

    /// How these differ.
    ///
    /// @param base null where there was nothing
    public static ThreeWay of(@Nullable JsonObject base, JsonObject local, JsonObject remote) {
        ObjectNode before = base == null ? WireJson.MAPPER.createObjectNode() : base.tree();
        ObjectNode ours = local.tree();
        ObjectNode theirs = remote.tree();
        Set<String> names = new LinkedHashSet<>(ours.propertyNames());
        names.addAll(before.propertyNames());
        Set<String> onlyOurs = new LinkedHashSet<>();
        SortedSet<String> contested = new TreeSet<>();
        for (String name : names) {
            JsonNode was = before.get(name);
            if (SameJson.same(was, ours.get(name))) {
                continue;
            }
            if (SameJson.same(was, theirs.get(name))) {
                onlyOurs.add(name);
            } else if (!SameJson.same(ours.get(name), theirs.get(name))) {
                contested.add(name);
            }
        }
        return new ThreeWay(local, remote, onlyOurs, contested);
    }

    /// Both, with the local side's of what is contested.
    public JsonObject preferringLocal() {
        Set<String> taken = new LinkedHashSet<>(local);
        taken.addAll(contested);
        return merged(taken);
    }

    /// Both, with the remote side's of what is contested.
    public JsonObject preferringRemote() {
        return merged(local);
    }

    private JsonObject merged(Set<String> taken) {
        ObjectNode merged = WireJson.MAPPER.createObjectNode();
        merged.setAll(theirs.tree());
        for (String name : taken) {
            JsonNode value = ours.tree().get(name);
            if (value == null) {
                merged.remove(name);
            } else {
                merged.set(name, value);
            }
        }
        return JsonObject.of(merged);
    }
}
