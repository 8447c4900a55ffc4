package io.reconverge.chaos.check;

import io.reconverge.chaos.check.Evidence.Acknowledgement;
import io.reconverge.chaos.check.Evidence.DeadLetter;
import io.reconverge.chaos.check.Evidence.Edit;
import io.reconverge.chaos.check.Evidence.EntityRow;
import io.reconverge.chaos.check.Evidence.LogRow;
import io.reconverge.chaos.check.Evidence.Published;
import io.reconverge.chaos.check.Evidence.Receipt;
import io.reconverge.chaos.check.Evidence.Replica;
import io.reconverge.chaos.check.Evidence.ReplicaEntity;
import io.reconverge.chaos.check.Evidence.ReplicaSpace;
import io.reconverge.chaos.check.Evidence.SpaceRow;
import io.reconverge.chaos.check.Evidence.StoredFile;
import io.reconverge.chaos.check.Evidence.WritesPartition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What a small run leaves when nothing went wrong, each part of it open to be spoilt.
///
/// Alice's space: a note is put and patched on her phone, an older patch loses, a second note is
/// put and deleted. A household: two members, and a note by each.
final class Sound {
    static final String ALICE = "aaaaaaaa-0000-0000-0000-000000000000";
    static final String HOUSEHOLD = "bbbbbbbb-0000-0000-0000-000000000000";

    final List<SpaceRow> spaces = new ArrayList<>();
    final List<LogRow> log = new ArrayList<>();
    final List<EntityRow> entities = new ArrayList<>();
    final List<Receipt> receipts = new ArrayList<>();
    final List<Published> published = new ArrayList<>();
    final List<DeadLetter> deadLetters = new ArrayList<>();
    final List<WritesPartition> partitions = new ArrayList<>();
    final List<Replica> replicas = new ArrayList<>();
    final List<Acknowledgement> acknowledgements = new ArrayList<>();
    final List<Edit> edits = new ArrayList<>();
    final List<StoredFile> files = new ArrayList<>();
    final List<String> poison = new ArrayList<>();
    final Set<String> forbidden = new HashSet<>();
    final Map<String, String> homes =
            new HashMap<>(Map.of(ALICE, "home of alice", HOUSEHOLD, "household"));
    final Map<String, String> owners = new HashMap<>(Map.of(ALICE, "alice"));

    Sound() {
        row(ALICE, 1, "note", "n-1", "put", "applied", 0, 1, data(ALICE, 1), null);
        row(ALICE, 2, "note", "n-1", "patch", "applied", 1, 2, data(ALICE, 2), data(ALICE, 2));
        row(ALICE, 3, "note", "n-1", "patch", "superseded", 2, 2, data(ALICE, 1), data(ALICE, 1));
        row(ALICE, 4, "note", "n-2", "put", "applied", 0, 4, data(ALICE, 3), null);
        row(ALICE, 5, "note", "n-2", "delete", "applied", 4, 5, null, null);
        row(
                HOUSEHOLD,
                1,
                "member",
                "alice",
                "put",
                "applied",
                0,
                1,
                json("{\"role\":\"owner\"}"),
                null);
        row(
                HOUSEHOLD,
                2,
                "member",
                "bob",
                "put",
                "applied",
                0,
                2,
                json("{\"role\":\"editor\"}"),
                null);
        row(HOUSEHOLD, 3, "note", "n-1", "put", "applied", 0, 3, data(HOUSEHOLD, 4), null);
        log.forEach(row -> published.add(event(row, published.size())));
        spaces.add(new SpaceRow(ALICE, 5, 1_005));
        spaces.add(new SpaceRow(HOUSEHOLD, 3, 1_003));
        entity(log.get(1), 3);
        entity(log.get(4), 5);
        entity(log.get(5), 1);
        entity(log.get(6), 2);
        entity(log.get(7), 3);
        ReplicaEntity note = new ReplicaEntity("note", "n-1", 2, data(ALICE, 2));
        ReplicaSpace own = new ReplicaSpace(ALICE, 5, 0, List.of(note));
        replicas.add(new Replica("phone", "alice", List.of(own, household())));
        replicas.add(new Replica("laptop", "alice", List.of(own, household())));
        replicas.add(new Replica("tablet", "bob", List.of(household())));
        acknowledgements.add(told(log.get(2), "superseded"));
        acknowledgements.add(told(log.get(3), "accepted"));
        acknowledgements.add(new Acknowledgement("writer", ALICE, "a refused one", "accepted", 0));
        receipts.add(new Receipt(ALICE, "a refused one", "conflict"));
        edits.add(new Edit("phone", "p", ALICE, "note", "n-1", "patch", 2, 1, true));
        edits.add(new Edit("phone", "p", ALICE, "note", "n-2", "delete", 4, 4, true));
        partitions.add(new WritesPartition(0, 9, 9, 9));
        partitions.add(new WritesPartition(1, 0, -1, -1));
        poison.add("no request");
        deadLetters.add(new DeadLetter("no request", "it is none"));
        files.add(new StoredFile(ALICE, "pier", true));
        forbidden.add("a stranger's");
    }

    Evidence evidence() {
        return new Evidence(
                spaces,
                log,
                entities,
                receipts,
                published,
                deadLetters,
                partitions,
                replicas,
                acknowledgements,
                edits,
                files,
                homes,
                owners,
                poison,
                forbidden);
    }

    static ReplicaSpace household() {
        return new ReplicaSpace(
                HOUSEHOLD,
                3,
                0,
                List.of(
                        new ReplicaEntity("member", "alice", 1, json("{\"role\":\"owner\"}")),
                        new ReplicaEntity("member", "bob", 2, json("{\"role\":\"editor\"}")),
                        new ReplicaEntity("note", "n-1", 3, data(HOUSEHOLD, 4))));
    }

    static Acknowledgement told(LogRow row, String answer) {
        return new Acknowledgement(
                "writer",
                row.space(),
                row.changeId(),
                answer,
                answer.equals("accepted") ? 0 : row.version());
    }

    /// As phone writes it, bearing its mark.
    static JsonNode data(String space, int number) {
        String home = space.equals(ALICE) ? "home of alice" : "household";
        return json("{\"home\":\"%s\",\"by_phone\":%d}".formatted(home, number));
    }

    static JsonNode json(String text) {
        return Objects.requireNonNull(Json.parsed(text));
    }

    static LogRow withVersion(LogRow row, long version, long committedAt) {
        return new LogRow(
                row.space(),
                version,
                row.changeId(),
                row.type(),
                row.id(),
                row.op(),
                row.outcome(),
                row.previousVersion(),
                row.entityVersion(),
                row.data(),
                row.patch(),
                row.actor(),
                row.deviceId(),
                row.createdAt(),
                row.modifiedAt(),
                committedAt,
                row.sourceId(),
                row.sourceOffset());
    }

    static LogRow withChange(LogRow row, String changeId, long sourceOffset) {
        return new LogRow(
                row.space(),
                row.version(),
                changeId,
                row.type(),
                row.id(),
                row.op(),
                row.outcome(),
                row.previousVersion(),
                row.entityVersion(),
                row.data(),
                row.patch(),
                row.actor(),
                row.deviceId(),
                row.createdAt(),
                row.modifiedAt(),
                row.committedAt(),
                row.sourceId(),
                sourceOffset);
    }

    static Published event(LogRow row, long offset) {
        ObjectNode value = (ObjectNode) json("{}");
        value.put("space", row.space())
                .put("version", row.version())
                .put("previousVersion", row.previousVersion())
                .put("entityVersion", row.entityVersion())
                .put("type", row.type())
                .put("id", row.id())
                .put("op", row.op())
                .put("outcome", row.outcome())
                .put("actor", row.actor())
                .put("createdAt", row.createdAt())
                .put("modifiedAt", row.modifiedAt())
                .put("committedAt", row.committedAt());
        if (row.data() != null) {
            value.set("data", row.data());
        }
        if (row.patch() != null) {
            value.set("patch", row.patch());
        }
        if (row.deviceId() != null) {
            value.put("deviceId", row.deviceId());
        }
        return new Published(0, offset, row.space(), row.space() + "/" + row.version(), value);
    }

    private void row(
            String space,
            long version,
            String type,
            String id,
            String op,
            String outcome,
            long previous,
            long entityVersion,
            @org.jspecify.annotations.Nullable JsonNode data,
            @org.jspecify.annotations.Nullable JsonNode patch) {
        log.add(
                new LogRow(
                        space,
                        version,
                        "change-%s-%d".formatted(space.substring(0, 1), version),
                        type,
                        id,
                        op,
                        outcome,
                        previous,
                        entityVersion,
                        data,
                        patch,
                        "alice",
                        "p",
                        1_000,
                        900 + version,
                        1_000 + version,
                        1,
                        version));
    }

    private void entity(LogRow defining, long logVersion) {
        entities.add(
                new EntityRow(
                        defining.space(),
                        defining.type(),
                        defining.id(),
                        defining.version(),
                        logVersion,
                        defining.data(),
                        defining.actor(),
                        defining.deviceId(),
                        defining.createdAt(),
                        defining.modifiedAt(),
                        defining.committedAt()));
    }
}
