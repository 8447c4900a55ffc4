package io.reconverge.client.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.reconverge.client.outbox.Entry;
import io.reconverge.client.outbox.EntryState;
import io.reconverge.wire.EntityKey;
import io.reconverge.wire.JsonObject;
import io.reconverge.wire.MergePatch;
import io.reconverge.wire.Op;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Everything that a file holds, and what must hold of it whatever happened.
public final class Dump {

    /// An entity's row.
    ///
    /// @param base null for a tombstone, or where the version is 0
    public record Row(
            long version, @Nullable JsonObject base, @Nullable JsonObject view, boolean pending) {}

    private Dump() {}

    /// The rows of all tables, as text.
    public static List<String> everything(Replica replica) {
        return replica.read(session ->
                List.of("meta", "space", "entity", "outbox", "conflict", "sync_log").stream()
                        .flatMap(table -> {
                            int columns =
                                    (int)
                                            session.number(
                                                    "select count(*) from pragma_table_info(?)",
                                                    table);
                            return session
                                    .list(
                                            "select * from " + table,
                                            row -> {
                                                StringBuilder text = new StringBuilder(table);
                                                for (int i = 1; i <= Math.max(columns, 1); i++) {
                                                    text.append('|').append(row.getString(i));
                                                }
                                                return text.toString();
                                            })
                                    .stream();
                        })
                        .sorted()
                        .toList());
    }

    public static Map<EntityKey, Row> entities(Replica replica) {
        return replica.read(session -> {
            Map<EntityKey, Row> rows = new TreeMap<>(BY_NAME);
            session.list(
                            "select * from entity",
                            row -> {
                                boolean pending = row.getBoolean("pending");
                                JsonObject base = Copies.object(row.getString("data"));
                                JsonObject local = Copies.object(row.getString("local_data"));
                                return Map.entry(
                                        Copies.key(row),
                                        new Row(
                                                row.getLong("version"),
                                                base,
                                                pending ? local : base,
                                                pending));
                            })
                    .forEach(row -> rows.put(row.getKey(), row.getValue()));
            return rows;
        });
    }

    private static final Comparator<EntityKey> BY_NAME = Comparator.comparing(EntityKey::toString);

    public static Map<EntityKey, List<Entry>> entries(Replica replica) {
        return replica.read(session -> {
            Map<EntityKey, List<Entry>> entries = new TreeMap<>(BY_NAME);
            session.list(
                            "select * from outbox order by number",
                            row -> Map.entry(Copies.key(row), Copies.entry(row)))
                    .forEach(entry ->
                            entries.merge(
                                    entry.getKey(),
                                    List.of(entry.getValue()),
                                    (some, more) -> {
                                        List<Entry> all = new ArrayList<>(some);
                                        all.addAll(more);
                                        return all;
                                    }));
            return entries;
        });
    }

    /// The number of the last run.
    public static long lastRun(Replica replica) {
        return replica.read(Meta::lastRun);
    }

    public static Map<UUID, Entry> byChangeId(Replica replica) {
        Map<UUID, Entry> all = new LinkedHashMap<>();
        entries(replica)
                .values()
                .forEach(some -> some.forEach(entry -> all.put(entry.changeId(), entry)));
        return all;
    }

    /// The invariants of SPEC.md that one state of the file can show.
    public static void check(Replica replica) {
        replica.read(session -> {
            assertThat(session.list("pragma integrity_check", row -> row.getString(1)))
                    .containsExactly("ok");
            assertThat(session.list("pragma foreign_key_check", row -> row.getString(1))).isEmpty();
            return null;
        });
        Map<EntityKey, Row> entities = entities(replica);
        Map<EntityKey, List<Entry>> entries = entries(replica);
        assertThat(entities.keySet()).containsAll(entries.keySet());
        entities.forEach((key, row) -> {
            List<Entry> own = entries.getOrDefault(key, List.of());
            assertThat(row.pending()).as("%s has entries", key).isEqualTo(!own.isEmpty());
            JsonObject view = row.base();
            for (Entry entry : own) {
                view = applied(entry, view);
            }
            assertThat(row.view()).as("C7: the view of %s", key).isEqualTo(view);
            assertThat(own).as("C9").hasSizeLessThanOrEqualTo(2);
            if (own.size() == 2) {
                assertThat(own.getFirst().isFrozen()).isTrue();
                assertThat(own.getLast().state()).isInstanceOf(EntryState.Queued.class);
            }
        });
    }

    /// Not by the code under test.
    private static @Nullable JsonObject applied(Entry entry, @Nullable JsonObject before) {
        JsonObject data = entry.edit().data();
        if (data == null) {
            return null;
        }
        if (entry.edit().op() == Op.PUT) {
            return data;
        }
        JsonObject target = before == null && entry.seen() != null ? entry.seen().data() : before;
        return JsonObject.of(MergePatch.apply(target == null ? null : target.tree(), data.tree()));
    }
}
