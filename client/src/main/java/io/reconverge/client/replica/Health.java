package io.reconverge.client.replica;

import java.util.ArrayList;
import java.util.List;

/// Whether a replica's file is sound.
///
/// @param schemaVersion of its tables
/// @param faults what is broken in it, in SQLite's words; empty where nothing is
/// @param outbox entries, those that a backup brought aside; at most `outboxMax`
public record Health(int schemaVersion, List<String> faults, long outbox, int outboxMax) {

    /// Faults beyond these are not told.
    private static final int FAULTS_MAX = 20;

    public Health {
        faults = List.copyOf(faults);
    }

    static Health of(Session session, ReplicaSettings settings) {
        List<String> faults = new ArrayList<>();
        session
                .list("pragma integrity_check(%d)".formatted(FAULTS_MAX), row -> row.getString(1))
                .stream()
                .filter(line -> !line.equals("ok"))
                .forEach(faults::add);
        session.list(
                        "select \"table\", rowid, parent from pragma_foreign_key_check limit "
                                + FAULTS_MAX,
                        row ->
                                "row %s of %s has no %s"
                                        .formatted(
                                                row.getString(2),
                                                row.getString(1),
                                                row.getString(3)))
                .forEach(faults::add);
        return new Health(
                (int) session.number("pragma user_version"),
                faults,
                Space.counted(session),
                settings.outboxMax());
    }
}
