package io.reconverge.chaos.check;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// All that is left when faults and devices have come to rest, read once, while nobody writes.
///
/// @param log in order of space and version, as the table has it
/// @param published in order of partition and offset, as `read_committed` shows it
/// @param homes by space: what whoever writes into that space puts into each entity as `home`
/// @param owners by space: whose own it is, for those that are somebody's own
/// @param poison what was put on the topic of writes though it is no request, by its value
/// @param forbidden ids of changes that were sent by people who may not write where they were sent
public record Evidence(
        List<SpaceRow> spaces,
        List<LogRow> log,
        List<EntityRow> entities,
        List<Receipt> receipts,
        List<Published> published,
        List<DeadLetter> deadLetters,
        List<WritesPartition> partitions,
        List<Replica> replicas,
        List<Acknowledgement> acknowledgements,
        List<Edit> edits,
        List<StoredFile> files,
        Map<String, String> homes,
        Map<String, String> owners,
        List<String> poison,
        Set<String> forbidden) {

    public Evidence {
        spaces = List.copyOf(spaces);
        log = List.copyOf(log);
        entities = List.copyOf(entities);
        receipts = List.copyOf(receipts);
        published = List.copyOf(published);
        deadLetters = List.copyOf(deadLetters);
        partitions = List.copyOf(partitions);
        replicas = List.copyOf(replicas);
        acknowledgements = List.copyOf(acknowledgements);
        edits = List.copyOf(edits);
        files = List.copyOf(files);
        homes = Map.copyOf(homes);
        owners = Map.copyOf(owners);
        poison = List.copyOf(poison);
        forbidden = Set.copyOf(forbidden);
    }

    /// @param clock when its head was committed
    public record SpaceRow(String space, long head, long clock) {}

    /// @param previousVersion the same entity's row before this one, 0 for none
    /// @param entityVersion the entity's version after it
    /// @param sourceOffset which record of the partition `sourceId` it came with
    public record LogRow(
            String space,
            long version,
            String changeId,
            String type,
            String id,
            String op,
            String outcome,
            long previousVersion,
            long entityVersion,
            @Nullable JsonNode data,
            @Nullable JsonNode patch,
            String actor,
            @Nullable String deviceId,
            long createdAt,
            long modifiedAt,
            long committedAt,
            long sourceId,
            long sourceOffset) {

        EntityName entity() {
            return new EntityName(space, type, id);
        }

        @Override
        public String toString() {
            return "%s/%d (%s %s/%s, %s)".formatted(space, version, op, type, id, outcome);
        }
    }

    /// @param data null for a tombstone
    public record EntityRow(
            String space,
            String type,
            String id,
            long version,
            long logVersion,
            @Nullable JsonNode data,
            String updatedBy,
            @Nullable String deviceId,
            long createdAt,
            long modifiedAt,
            long committedAt) {

        EntityName entity() {
            return new EntityName(space, type, id);
        }
    }

    /// That a change was refused, kept for whoever asks.
    public record Receipt(String space, String changeId, String status) {}

    /// A record of the topic of changes.
    ///
    /// @param eventId the header `ce_id`
    public record Published(
            int partition, long offset, String key, String eventId, JsonNode value) {

        @Override
        public String toString() {
            return "%s at %d:%d".formatted(eventId, partition, offset);
        }
    }

    public record DeadLetter(String value, String reason) {}

    /// @param end where the next record will lie
    /// @param committed how far the workers' group says that it came
    /// @param decided how far Postgres says that everything is decided; -1 where it has no row of
    ///   it
    public record WritesPartition(int partition, long end, long committed, long decided) {}

    /// A device's file.
    public record Replica(String device, String user, List<ReplicaSpace> spaces) {
        public Replica {
            spaces = List.copyOf(spaces);
        }
    }

    /// @param space its id, whatever the device calls it
    /// @param version how far its cursor reads
    /// @param waiting changes that are not known to be on the server, parked and held ones included
    public record ReplicaSpace(
            String space, long version, long waiting, List<ReplicaEntity> entities) {
        public ReplicaSpace {
            entities = List.copyOf(entities);
        }
    }

    /// @param data null for a tombstone
    public record ReplicaEntity(String type, String id, long version, @Nullable JsonNode data) {}

    /// What a writer was told of one change.
    ///
    /// @param answer `accepted` for a 202, else the result's status
    /// @param version what the answer says; 0 where it says none
    public record Acknowledgement(
            String writer, String space, String changeId, String answer, long version) {

        boolean isAccepted() {
            return answer.equals("accepted");
        }

        /// Whether it says that the change is in the log.
        boolean isLogged() {
            return answer.equals("applied")
                    || answer.equals("merged")
                    || answer.equals("superseded");
        }
    }

    /// What a device did to its own copy. Each put and patch bears the edit's number, in a member
    /// that only this device writes.
    ///
    /// @param number growing with each edit of the device
    /// @param knownVersion at which the server had shown the entity to the device; 0 for never
    /// @param done false where the device died before it knew that the edit was stored
    public record Edit(
            String device,
            String deviceId,
            String space,
            String type,
            String id,
            String op,
            long number,
            long knownVersion,
            boolean done) {

        EntityName entity() {
            return new EntityName(space, type, id);
        }
    }

    /// A file of which its sender was told that it is stored.
    ///
    /// @param comesBack whether its bytes are there, as they were sent
    public record StoredFile(String space, String mediaId, boolean comesBack) {}

    /// The member that only this device writes.
    public static String markOf(String device) {
        return "by_" + device;
    }

    record EntityName(String space, String type, String id) {
        @Override
        public String toString() {
            return type + "/" + id + " of " + space;
        }
    }
}
