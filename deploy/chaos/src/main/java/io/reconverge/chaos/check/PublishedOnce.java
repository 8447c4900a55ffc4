package io.reconverge.chaos.check;

import io.reconverge.chaos.check.Evidence.LogRow;
import io.reconverge.chaos.check.Evidence.Published;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// I5: the topic of changes holds each row of the log once, as it is, those of a space in order of
/// version and in one partition.
final class PublishedOnce {

    private PublishedOnce() {}

    static List<String> violations(Evidence evidence) {
        List<String> violations = new ArrayList<>();
        Map<String, List<LogRow>> log = LogIndex.of(evidence).bySpace();
        Map<String, List<Published>> topic = new TreeMap<>();
        for (Published record : evidence.published()) {
            topic.computeIfAbsent(record.key(), _ -> new ArrayList<>()).add(record);
        }
        TreeSet<String> spaces = new TreeSet<>(log.keySet());
        spaces.addAll(topic.keySet());
        for (String space : spaces) {
            compare(
                    space,
                    log.getOrDefault(space, List.of()),
                    topic.getOrDefault(space, List.of()),
                    violations);
        }
        return violations;
    }

    private static void compare(
            String space, List<LogRow> rows, List<Published> records, List<String> violations) {
        if (records.stream().map(Published::partition).distinct().count() > 1) {
            violations.add("space " + space + " is in several partitions");
        }
        if (rows.size() != records.size()) {
            violations.add(
                    "space %s has %d rows in the log and %d records on the topic"
                            .formatted(space, rows.size(), records.size()));
        }
        for (int i = 0; i < Math.min(rows.size(), records.size()); i++) {
            String difference = difference(rows.get(i), records.get(i));
            if (difference != null) {
                violations.add(
                        "%s should be %s: %s".formatted(records.get(i), rows.get(i), difference));
                if (!records.get(i).eventId().equals(eventId(rows.get(i)))) {
                    return; // all that follows is out of step
                }
            }
        }
    }

    private static @Nullable String difference(LogRow row, Published record) {
        if (!record.eventId().equals(eventId(row))) {
            return "it is another";
        }
        JsonNode value = record.value();
        return firstOf(
                text("space", value, row.space()),
                number("version", value, row.version()),
                number("previousVersion", value, row.previousVersion()),
                number("entityVersion", value, row.entityVersion()),
                text("type", value, row.type()),
                text("id", value, row.id()),
                text("op", value, row.op()),
                text("outcome", value, row.outcome()),
                json("data", value, row.data()),
                json("patch", value, row.patch()),
                text("actor", value, row.actor()),
                text("deviceId", value, row.deviceId()),
                number("createdAt", value, row.createdAt()),
                number("modifiedAt", value, row.modifiedAt()),
                number("committedAt", value, row.committedAt()));
    }

    private static String eventId(LogRow row) {
        return row.space() + "/" + row.version();
    }

    private static @Nullable String firstOf(@Nullable String... differences) {
        for (String difference : differences) {
            if (difference != null) {
                return difference;
            }
        }
        return null;
    }

    private static @Nullable String text(String name, JsonNode value, @Nullable String wanted) {
        JsonNode member = value.get(name);
        return said(name, member == null ? null : member.asString(), wanted);
    }

    private static @Nullable String number(String name, JsonNode value, long wanted) {
        return said(name, value.path(name).asLong(-1), wanted);
    }

    private static @Nullable String json(String name, JsonNode value, @Nullable JsonNode wanted) {
        return said(name, value.get(name), wanted);
    }

    private static @Nullable String said(
            String name, @Nullable Object is, @Nullable Object wanted) {
        return Objects.equals(is, wanted)
                ? null
                : "%s is %s instead of %s".formatted(name, is, wanted);
    }
}
