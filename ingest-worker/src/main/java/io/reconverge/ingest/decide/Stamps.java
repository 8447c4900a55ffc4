package io.reconverge.ingest.decide;

import io.reconverge.wire.Entity;
import io.reconverge.wire.WireJson;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.node.ObjectNode;

/// When each top-level member of an entity last changed.
///
/// @param whole of the last change of everything at once: a put, a creation, a deletion
/// @param fields of the members that patches and merges changed one by one since, removed ones
///   included
public record Stamps(Stamp whole, Map<String, Stamp> fields) {

    /// Stamps of members that are kept in all. When there would be more, the entity counts as
    /// changed as a whole instead, by its newest change: a write older than that may then lose
    /// members that it would have won, and is told so.
    public static final int FIELDS_MAX = 4_096;

    /// Stamps of removed members among them, the oldest by version going first. A removed member
    /// without a stamp counts as changed with the whole again: a write from in between may bring it
    /// back.
    public static final int REMOVED_MAX = 256;

    /// Characters of a removed member's name: the stamp of a longer one is not kept, since nothing
    /// else bounds the names of what is not there.
    public static final int REMOVED_NAME_MAX = 256;

    private static final ObjectReader READER = WireJson.MAPPER.readerFor(Stamps.class);
    private static final ObjectWriter WRITER = WireJson.MAPPER.writerFor(Stamps.class);

    private static final Comparator<Map.Entry<String, Stamp>> LATEST_FIRST =
            Comparator.<Map.Entry<String, Stamp>>comparingLong(field -> field.getValue().version())
                    .reversed()
                    .thenComparing(Map.Entry::getKey);

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
        members.forEach(member -> all.put(member, stamp));
        all.keySet().removeAll(forgotten(all, after));
        Stamps stamps = new Stamps(whole, all);
        if (all.size() <= FIELDS_MAX) {
            return stamps;
        }
        Stamp newest = stamps.newest();
        return of(new Stamp(stamp.version(), newest.modifiedAt(), newest.deviceId()));
    }

    private static Set<String> forgotten(Map<String, Stamp> all, ObjectNode after) {
        List<Map.Entry<String, Stamp>> removed =
                all.entrySet().stream().filter(field -> !after.has(field.getKey())).toList();
        Predicate<Map.Entry<String, Stamp>> kept =
                field -> field.getKey().length() <= REMOVED_NAME_MAX;
        return Stream.concat(
                        removed.stream().filter(kept.negate()),
                        removed.stream().filter(kept).sorted(LATEST_FIRST).skip(REMOVED_MAX))
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    /// As JSON, for [#parse].
    public String text() {
        return WRITER.writeValueAsString(this);
    }

    /// The ones that [#text] made text of.
    ///
    /// @throws tools.jackson.core.JacksonException when the text is not what [#text] makes
    public static Stamps parse(String text) {
        return READER.readValue(text);
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
