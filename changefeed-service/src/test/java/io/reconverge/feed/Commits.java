package io.reconverge.feed;

import io.reconverge.parts.Database;
import io.reconverge.parts.Isolation;
import io.reconverge.service.kafka.Topics;
import io.reconverge.wire.ChangeEvent;
import io.reconverge.wire.JsonObject;
import io.reconverge.wire.Op;
import io.reconverge.wire.Outcome;
import io.reconverge.wire.SpaceId;
import io.reconverge.wire.WireJson;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/// Plays the worker: commits changes as it does, and publishes them when told to. Each thread that
/// commits has its own.
public final class Commits implements AutoCloseable {

    private final Isolation isolation;
    private final String topic;
    private final String live;
    private long skew;
    private @Nullable Connection connection;
    private @Nullable KafkaProducer<String, byte[]> producer;

    public Commits(Isolation isolation) {
        this.isolation = isolation;
        Topics topics = new Topics(isolation.topicPrefix());
        this.topic = topics.changes();
        this.live = topics.live();
    }

    /// Lets the clock of this worker go ahead, or behind, by so many milliseconds.
    public void skew(long millis) {
        skew = millis;
    }

    /// Makes somebody a member of a shared space, in the space and in their own.
    public void join(UUID space, String user, String role) {
        commitTo(space, user, Write.put("member", user, "{\"role\":\"" + role + "\"}"));
        commit(user, Write.put("membership", space.toString(), "{\"role\":\"" + role + "\"}"));
    }

    /// Commits in one transaction, and publishes.
    public List<ChangeEvent> put(String user, Write... writes) {
        List<ChangeEvent> events = commit(user, writes);
        publish(events);
        return events;
    }

    /// Commits in one transaction. Nothing is published.
    public List<ChangeEvent> commit(String user, Write... writes) {
        return commitTo(SpaceId.personal(user), user, writes);
    }

    /// The same in any space.
    public List<ChangeEvent> commitTo(UUID space, String user, Write... writes) {
        try {
            List<ChangeEvent> events = new ArrayList<>();
            Head head = lock(space);
            for (Write write : writes) {
                head = new Head(head.version() + 1, Math.max(head.clock() + 1, now()));
                events.add(apply(space, user, write, head));
            }
            move(space, head);
            connection().commit();
            return events;
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        }
    }

    /// In one Kafka transaction.
    public void publish(List<ChangeEvent> events) {
        begin(events);
        producer().commitTransaction();
    }

    /// Tells live readers, ahead of publishing.
    public void tell(List<ChangeEvent> events) {
        KafkaProducer<String, byte[]> producer = producer();
        producer.beginTransaction();
        for (ChangeEvent event : events) {
            producer.send(
                    new ProducerRecord<>(
                            live,
                            event.space().toString(),
                            WireJson.MAPPER.writeValueAsBytes(event)));
        }
        producer.commitTransaction();
    }

    /// What [#begin] has begun.
    public void abort() {
        producer().abortTransaction();
    }

    /// In a Kafka transaction that is not ended.
    public void begin(List<ChangeEvent> events) {
        KafkaProducer<String, byte[]> producer = producer();
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        producer.beginTransaction();
        for (ChangeEvent event : events) {
            var record =
                    new ProducerRecord<>(
                            topic,
                            event.space().toString(),
                            WireJson.MAPPER.writeValueAsBytes(event));
            Map.of(
                            "ce_specversion",
                            "1.0",
                            "ce_id",
                            event.space() + "/" + event.version(),
                            "ce_type",
                            ChangeEvent.CE_TYPE,
                            "ce_source",
                            "/reconverge",
                            "ce_time",
                            Instant.ofEpochMilli(event.committedAt()).toString(),
                            "ce_subject",
                            event.type() + "/" + event.id(),
                            "content-type",
                            "application/json")
                    .forEach((name, value) ->
                            record.headers().add(name, value.getBytes(StandardCharsets.UTF_8)));
            sent.add(producer.send(record));
        }
        producer.flush();
        sent.forEach(Future::resultNow);
    }

    /// Anything at all onto the changes topic.
    public void publishRaw(@Nullable String key, byte @Nullable [] value) {
        KafkaProducer<String, byte[]> producer = producer();
        producer.beginTransaction();
        Future<RecordMetadata> sent = producer.send(new ProducerRecord<>(topic, key, value));
        producer.commitTransaction();
        sent.resultNow();
    }

    /// Runs a statement of another kind, such as what retention does.
    public void sql(String statement, Object... parameters) {
        try {
            update(statement, parameters);
            connection().commit();
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        }
    }

    public long number(String query, Object... parameters) {
        try (PreparedStatement statement = connection().prepareStatement(query)) {
            bind(statement, parameters);
            try (ResultSet rows = statement.executeQuery()) {
                rows.next();
                long number = rows.getLong(1);
                connection().commit();
                return number;
            }
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        }
    }

    /// Rows of a name and a number.
    public Map<String, Long> numbers(String query, Object... parameters) {
        try (PreparedStatement statement = connection().prepareStatement(query)) {
            bind(statement, parameters);
            Map<String, Long> numbers = new HashMap<>();
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    numbers.put(rows.getString(1), rows.getLong(2));
                }
            }
            connection().commit();
            return numbers;
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        }
    }

    private record Head(long version, long clock) {}

    private record Standing(long version, long logVersion, long createdAt, boolean deleted) {}

    private Head lock(UUID space) throws SQLException {
        update(
                """
                insert into space (space_id, epoch, head, clock) values (?, ?, 0, 0)
                on conflict do nothing
                """,
                space,
                ThreadLocalRandom.current().nextLong(1, Long.MAX_VALUE));
        try (PreparedStatement statement =
                connection()
                        .prepareStatement(
                                "select head, greatest(clock, floor) from space where space_id = ?"
                                        + " for update")) {
            bind(statement, space);
            try (ResultSet rows = statement.executeQuery()) {
                rows.next();
                return new Head(rows.getLong(1), rows.getLong(2));
            }
        }
    }

    private void move(UUID space, Head head) throws SQLException {
        update(
                "update space set head = ?, clock = ? where space_id = ?",
                head.version(),
                head.clock(),
                space);
    }

    private ChangeEvent apply(UUID space, String user, Write write, Head head) throws SQLException {
        Standing standing = standing(space, write);
        boolean stands = write.outcome() != Outcome.SUPERSEDED;
        ChangeEvent event =
                new ChangeEvent(
                        space,
                        head.version(),
                        standing == null ? 0 : standing.logVersion(),
                        stands ? head.version() : standing == null ? 0 : standing.version(),
                        write.type(),
                        write.id(),
                        write.op(),
                        write.outcome(),
                        write.data() == null ? null : JsonObject.ofText(write.data()),
                        write.op() == Op.PATCH && write.data() != null
                                ? JsonObject.ofText(write.data())
                                : null,
                        user,
                        write.deviceId(),
                        standing == null || standing.deleted()
                                ? head.clock()
                                : standing.createdAt(),
                        now(),
                        head.clock());
        log(write, event);
        if (stands) {
            stand(event);
        } else {
            update(
                    "update entity set log_version = ? where space_id = ? and type = ? and id = ?",
                    head.version(),
                    space,
                    write.type(),
                    write.id());
        }
        return event;
    }

    private @Nullable Standing standing(UUID space, Write write) throws SQLException {
        try (PreparedStatement statement =
                connection()
                        .prepareStatement(
                                """
                                select version, log_version, created_at, data is null from entity
                                 where space_id = ? and type = ? and id = ?
                                """)) {
            bind(statement, space, write.type(), write.id());
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next()
                        ? new Standing(
                                rows.getLong(1),
                                rows.getLong(2),
                                rows.getLong(3),
                                rows.getBoolean(4))
                        : null;
            }
        }
    }

    private void log(Write write, ChangeEvent event) throws SQLException {
        update(
                """
                insert into log (space_id, version, change_id, type, id, op, outcome,
                                 previous_version, entity_version, data, patch, conflict_fields,
                                 fingerprint, actor, device_id, created_at, modified_at,
                                 committed_at, source_id, source_offset)
                values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?::json, ?::json, ?::json, ?, ?, ?, ?, ?, ?, 0, 0)
                """,
                event.space(),
                event.version(),
                write.changeId(),
                event.type(),
                event.id(),
                event.op().name().toLowerCase(Locale.ROOT),
                event.outcome().name().toLowerCase(Locale.ROOT),
                event.previousVersion(),
                event.entityVersion(),
                write.data(),
                write.op() == Op.PATCH ? write.data() : null,
                write.conflictFields().isEmpty()
                        ? null
                        : WireJson.MAPPER.writeValueAsString(write.conflictFields()),
                write.changeId(),
                event.actor(),
                event.deviceId(),
                event.createdAt(),
                event.modifiedAt(),
                event.committedAt());
    }

    private void stand(ChangeEvent event) throws SQLException {
        update(
                """
                insert into entity (space_id, type, id, version, log_version, data, created_at,
                                    modified_at, committed_at, updated_by, device_id)
                values (?, ?, ?, ?, ?, ?::json, ?, ?, ?, ?, ?)
                on conflict (space_id, type, id) do update
                   set version = excluded.version, log_version = excluded.log_version,
                       data = excluded.data, created_at = excluded.created_at,
                       modified_at = excluded.modified_at,
                       committed_at = excluded.committed_at, updated_by = excluded.updated_by,
                       device_id = excluded.device_id
                """,
                event.space(),
                event.type(),
                event.id(),
                event.version(),
                event.version(),
                event.data() == null ? null : event.data().text(),
                event.createdAt(),
                event.modifiedAt(),
                event.committedAt(),
                event.actor(),
                event.deviceId());
    }

    private void update(String text, @Nullable Object... parameters) throws SQLException {
        try (PreparedStatement statement = connection().prepareStatement(text)) {
            bind(statement, parameters);
            statement.executeUpdate();
        }
    }

    private static void bind(PreparedStatement statement, @Nullable Object... parameters)
            throws SQLException {
        for (int i = 0; i < parameters.length; i++) {
            statement.setObject(i + 1, parameters[i]);
        }
    }

    /// Another one when the database was stopped meanwhile.
    private Connection connection() throws SQLException {
        Connection open = connection;
        if (open == null || !open.isValid(1)) {
            Database database = isolation.parts().database();
            open =
                    DriverManager.getConnection(
                            isolation.jdbcUrl(), database.user(), database.password());
            open.setAutoCommit(false);
            connection = open;
        }
        return open;
    }

    private KafkaProducer<String, byte[]> producer() {
        KafkaProducer<String, byte[]> open = producer;
        if (open == null) {
            open =
                    new KafkaProducer<>(
                            Map.of(
                                    ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                                    isolation.parts().broker().bootstrapServers(),
                                    ProducerConfig.TRANSACTIONAL_ID_CONFIG,
                                    UUID.randomUUID().toString(),
                                    ProducerConfig.LINGER_MS_CONFIG,
                                    0),
                            new StringSerializer(),
                            new ByteArraySerializer());
            open.initTransactions();
            producer = open;
        }
        return open;
    }

    private long now() {
        return Instant.now().toEpochMilli() + skew;
    }

    @Override
    public void close() {
        try {
            if (connection != null) {
                connection.close();
            }
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        }
        if (producer != null) {
            producer.close();
        }
    }
}
