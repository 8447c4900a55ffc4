package io.reconverge.ingest.decide;

import static java.util.Objects.requireNonNull;

import io.reconverge.wire.Change;
import io.reconverge.wire.ChangeEvent;
import io.reconverge.wire.ChangeResult;
import io.reconverge.wire.Entity;
import io.reconverge.wire.EntityKey;
import io.reconverge.wire.Problem;
import io.reconverge.wire.SpaceId;
import io.reconverge.wire.WriteRecord;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// One person's space, to which devices write, each request in a batch of its own.
final class Space {

    static final String OWNER = "alice";
    static final UUID ID = SpaceId.personal(OWNER);
    static final long NOW = 10_000_000;

    final Tables tables = new Tables();
    long now = NOW;
    private long offset;

    List<ChangeResult> send(String device, Sent... changes) {
        return decide(write(device, false, changes));
    }

    List<ChangeResult> sendAtomically(String device, Sent... changes) {
        return decide(write(device, true, changes));
    }

    ChangeResult one(String device, Sent change) {
        return send(device, change).getFirst();
    }

    List<ChangeResult> decide(WriteRecord write) {
        Batch batch = new Batch(tables.load(List.of(write), TypeRules.RULES), TypeRules.RULES, now);
        List<ChangeResult> results = batch.decide(write, new Source(1, offset++));
        tables.write(batch.written());
        return results;
    }

    static WriteRecord write(String device, boolean atomic, Sent... changes) {
        List<Change> all = Arrays.stream(changes).map(Sent::change).toList();
        return new WriteRecord(new UUID(0, 0), ID, OWNER, device, atomic, NOW, all);
    }

    @Nullable Entity entity(String type, String id) {
        Tables.Row row = tables.entity(ID, new EntityKey(type, id));
        return row == null ? null : row.entity();
    }

    /// The note as it stands, be it as a tombstone.
    Entity note(String id) {
        return requireNonNull(entity("note", id), id);
    }

    ChangeEvent row(long version) {
        return tables.at(ID, version);
    }

    Head head() {
        return tables.head(ID);
    }

    static String slug(Problem problem) {
        return problem.type().substring(problem.type().lastIndexOf(':') + 1);
    }
}
