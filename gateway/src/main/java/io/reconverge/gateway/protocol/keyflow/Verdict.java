package io.reconverge.gateway.protocol.keyflow;

import io.reconverge.gateway.protocol.DerivedIds;
import io.reconverge.wire.Change;
import io.reconverge.wire.Entity;
import io.reconverge.wire.JsonObject;
import io.reconverge.wire.OnConflict;
import io.reconverge.wire.Op;
import io.reconverge.wire.SameJson;
import io.reconverge.wire.WireJson;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// What becomes of a session that was sent. Pure: the same session on what stands always gets the
/// same verdict, change ids included.
///
/// What loses is written all the same, so that the log has it: as a change that is superseded, or
/// before what was made of both.
///
/// @param changes none, one, or two of which both or neither applies
/// @param loses the one change is to be superseded
/// @param after the session's fields then, null when there is none
/// @param conflict as its sender is told, null for none
record Verdict(
        List<Change> changes,
        boolean loses,
        @Nullable ObjectNode after,
        @Nullable ObjectNode conflict) {

    /// @param standing what stands, a tombstone perhaps; null when there was never anything
    /// @param device the sender's, empty for none
    static Verdict of(@Nullable Entity standing, Incoming sent, String device) {
        Case it = new Case(standing, sent, device);
        if (standing == null) {
            return sent.deletion()
                    ? new Verdict(List.of(), false, null, null)
                    : it.accept(it.put(sent.data(), 0), null);
        }
        JsonObject data = standing.data();
        if (data == null) {
            return it.onTombstone(standing);
        }
        return sent.deletion() ? it.deletion(standing, data) : it.edit(standing, data.tree());
    }

    private record Case(@Nullable Entity standing, Incoming sent, String device) {

        Verdict onTombstone(Entity tombstone) {
            if (sent.deletion()) {
                return new Verdict(List.of(), false, null, null);
            }
            if (sent.rule() == Rule.LOCAL || sent.lastModified() > tombstone.modifiedAt()) {
                return accept(put(sent.data(), tombstone.version()), null);
            }
            return lose(tombstone, Op.PUT, null, conflict(null, tombstone.modifiedAt(), List.of()));
        }

        Verdict deletion(Entity live, JsonObject data) {
            long remoteTime = Merge.lastModified(data.tree(), live.modifiedAt());
            if (sent.lastModified() >= remoteTime
                    || sent.rule() == Rule.LOCAL
                    || isSeen(live, remoteTime)) {
                Change delete =
                        new Change(
                                changeId("delete", live.version(), sent.data()),
                                Keyflow.SESSION,
                                sent.id(),
                                Op.DELETE,
                                null,
                                live.version(),
                                sent.lastModified(),
                                OnConflict.REJECT);
                return new Verdict(List.of(delete), false, null, null);
            }
            return lose(live, Op.DELETE, data.tree(), conflict(data.tree(), remoteTime, List.of()));
        }

        Verdict edit(Entity live, ObjectNode remote) {
            ObjectNode local = sent.data();
            long remoteTime = Merge.lastModified(remote, live.modifiedAt());
            List<String> differences = Merge.differences(local, remote);
            boolean same = List.of(Keyflow.LAST_MODIFIED).containsAll(differences);
            if (same) {
                return sent.lastModified() > remoteTime
                        ? accept(put(local, live.version()), null)
                        : new Verdict(List.of(), false, remote, null);
            }
            if (isSeen(live, remoteTime)) {
                boolean onIt = sent.seen() != null && sent.seen() == remoteTime;
                return onIt || sent.rule() == Rule.LOCAL || sent.lastModified() >= remoteTime
                        ? accept(put(local, live.version()), null)
                        : lose(live, Op.PUT, remote, null);
            }
            boolean unforeseen = sent.settles() && sent.seen() != null;
            boolean quiet = sent.lastModified() == remoteTime || (sent.settles() && !unforeseen);
            return resolve(
                    live,
                    remote,
                    unforeseen ? Rule.NEWEST : sent.rule(),
                    quiet ? null : conflict(remote, remoteTime, differences));
        }

        private Verdict resolve(
                Entity live, ObjectNode remote, Rule rule, @Nullable ObjectNode conflict) {
            ObjectNode local = sent.data();
            long remoteTime = Merge.lastModified(remote, live.modifiedAt());
            ObjectNode resolved =
                    switch (rule) {
                        case NEWEST -> sent.lastModified() > remoteTime ? local : remote;
                        case FIELDS -> Merge.byFields(local, remote);
                        case LOCAL -> local;
                        case REMOTE -> remote;
                    };
            if (SameJson.same(resolved, local)) {
                return accept(put(local, live.version()), conflict);
            }
            if (SameJson.same(resolved, remote) && sent.lastModified() <= remoteTime) {
                return lose(live, Op.PUT, remote, conflict);
            }
            Change both =
                    new Change(
                            changeId("resolved", live.version(), resolved),
                            Keyflow.SESSION,
                            sent.id(),
                            Op.PUT,
                            JsonObject.of(resolved),
                            null,
                            Math.max(sent.lastModified(), remoteTime),
                            OnConflict.LWW);
            return new Verdict(
                    List.of(put(local, live.version()), both), false, resolved, conflict);
        }

        Verdict accept(Change put, @Nullable ObjectNode conflict) {
            return new Verdict(List.of(put), false, sent.data(), conflict);
        }

        /// Written as of before what stands, which then supersedes it whatever clocks say.
        private Verdict lose(
                Entity winner, Op op, @Nullable ObjectNode after, @Nullable ObjectNode conflict) {
            Change loser =
                    new Change(
                            changeId("superseded", winner.version(), sent.data()),
                            Keyflow.SESSION,
                            sent.id(),
                            op,
                            op == Op.DELETE ? null : JsonObject.of(sent.data()),
                            null,
                            Math.max(0, Math.min(sent.lastModified(), winner.modifiedAt() - 1)),
                            OnConflict.LWW);
            return new Verdict(List.of(loser), true, after, conflict);
        }

        Change put(ObjectNode data, long base) {
            return new Change(
                    changeId("put", base, data),
                    Keyflow.SESSION,
                    sent.id(),
                    Op.PUT,
                    JsonObject.of(data),
                    base,
                    sent.lastModified(),
                    OnConflict.REJECT);
        }

        /// Whether the sender knew what stands: it wrote it, or says so.
        private boolean isSeen(Entity live, long remoteTime) {
            return sent.own()
                    || (!device.isEmpty() && device.equals(live.deviceId()))
                    || (sent.seen() != null && sent.seen() == remoteTime);
        }

        private UUID changeId(String purpose, long version, ObjectNode data) {
            return DerivedIds.of(
                    Keyflow.PROTOCOL,
                    purpose,
                    sent.id(),
                    device,
                    Long.toString(version),
                    WireJson.MAPPER.writeValueAsString(data));
        }

        private ObjectNode conflict(
                @Nullable ObjectNode remote, long remoteTime, List<String> fields) {
            ObjectNode conflict =
                    WireJson.MAPPER
                            .createObjectNode()
                            .put("sessionId", sent.id())
                            .put(Keyflow.ID, sent.id());
            ObjectNode local = row(sent.id(), sent.data());
            if (sent.deletion()) {
                local.put("deleted", true);
            }
            conflict.set("local", local);
            conflict.set(
                    "remote", remote == null ? WireJson.MAPPER.nullNode() : row(sent.id(), remote));
            fields.forEach(conflict.putArray("conflictFields")::add);
            return conflict.put("localTimestamp", sent.lastModified())
                    .put("remoteTimestamp", remoteTime);
        }
    }

    /// A session's fields with its id before them.
    static ObjectNode row(String id, ObjectNode data) {
        ObjectNode row = WireJson.MAPPER.createObjectNode().put(Keyflow.ID, id);
        data.properties().forEach(field -> row.set(field.getKey(), field.getValue()));
        return row;
    }
}
