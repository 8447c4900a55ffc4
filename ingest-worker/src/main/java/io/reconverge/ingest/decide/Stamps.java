package io.reconverge.ingest.decide;

import io.reconverge.wire.Entity;
import io.reconverge.wire.WireJson;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// When each top-level member of an entity last changed.
///
/// @param whole of the last change of everything at once: a put, a creation, a deletion
/// @param fields of the members that patches and merges changed one by one since, removed ones
///   included
public record Stamps(Stamp whole, Map<String, Stamp> fields) {

    /// Stamps of removed members that are kept. Beyond it the oldest by version go first, and such
    /// a member counts as changed with the whole again: a write between the two may bring it back.
    public static final int REMOVED_MAX = 256;

    public Stamps {
        fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
    }

    /// Of an entity that changed as a whole.
    public static Stamps of(Stamp whole) {
        return new Stamps(whole, Map.of());
    }

    public Stamp field(String name) {
        return fields.getOrDefault(name, whole);
    }

    /// The one that none of the others beats.
    public Stamp newest() {
        Stamp newest = whole;
        for (Stamp field : fields.values()) {
            if (field.beats(newest)) {
                newest = field;
            }
        }
        return newest;
    }

    /// These, after `stamp` changed `members` one by one.
    ///
    /// @param after the entity's data with those changes made
    Stamps with(Stamp stamp, Collection<String> members, ObjectNode after) {
        Map<String, Stamp> all = LinkedHashMap.newLinkedHashMap(fields.size() + members.size());
        all.putAll(fields);
        for (String member : members) {
            all.put(member, stamp);
        }
        List<Map.Entry<String, Stamp>> removed =
                all.entrySet().stream().filter(field -> !after.has(field.getKey())).toList();
        if (removed.size() > REMOVED_MAX) {
            removed.stream()
                    .sorted(OLDEST_FIRST)
                    .limit(removed.size() - REMOVED_MAX)
                    .map(Map.Entry::getKey)
                    .toList()
                    .forEach(all::remove);
        }
        return new Stamps(whole, all);
    }

    private static final Comparator<Map.Entry<String, Stamp>> OLDEST_FIRST =
            Comparator.<Map.Entry<String, Stamp>>comparingLong(field -> field.getValue().version())
                    .thenComparing(Map.Entry::getKey);

    /// As JSON, for [#parse].
    public String text() {
        return WireJson.MAPPER.writeValueAsString(this);
    }

    /// @throws tools.jackson.core.JacksonException when the text is not what [#text] makes
    public static Stamps parse(String text) {
        return WireJson.MAPPER.readValue(text, Stamps.class);
    }

    /// What the database keeps beside `entity`: null, for most entities, when everything changed
    /// with the entity's own version, time and device; else [#text].
    public @Nullable String column(Entity entity) {
        return equals(withItself(entity)) ? null : text();
    }

    /// What [#column] made, read again.
    public static Stamps ofColumn(@Nullable String column, Entity entity) {
        return column == null ? withItself(entity) : parse(column);
    }

    private static Stamps withItself(Entity entity) {
        String deviceId = entity.deviceId() == null ? "" : entity.deviceId();
        return of(new Stamp(entity.version(), entity.modifiedAt(), deviceId));
    }
}
