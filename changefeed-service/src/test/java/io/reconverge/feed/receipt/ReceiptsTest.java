package io.reconverge.feed.receipt;

import static org.assertj.core.api.Assertions.assertThat;

import io.reconverge.feed.Feed;
import io.reconverge.feed.Write;
import io.reconverge.parts.OnParts;
import io.reconverge.service.kafka.Topics;
import io.reconverge.wire.ChangeResult;
import io.reconverge.wire.Entity;
import io.reconverge.wire.Problem;
import io.reconverge.wire.ProblemType;
import io.reconverge.wire.SpaceId;
import io.reconverge.wire.WireJson;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@OnParts
class ReceiptsTest {

    private final Feed feed = Feed.shared();

    @Test
    void what_was_accepted_is_told_from_the_log_in_the_order_asked() {
        Write first = Write.put("note", "1", "{\"a\":1}");
        Write merged = Write.merged("note", "1", "{\"a\":1,\"b\":2}", "a", "b");
        Write lost = Write.superseded("note", "1", "{\"a\":0}");
        Write later = Write.put("note", "1", "{\"a\":9}");
        feed.commits().put("receipt-log", first, merged, lost, later);

        double before = feed.statements();
        List<ChangeResult> results = receipts("receipt-log", later, lost, merged, first);
        assertThat(feed.statements() - before).isEqualTo(1);
        assertThat(results.get(0))
                .isEqualTo(new ChangeResult.Applied(later.changeId(), 4, false, false));
        ChangeResult.Superseded superseded = (ChangeResult.Superseded) results.get(1);
        assertThat(superseded.version()).isEqualTo(3);
        assertThat(data(superseded.entity())).isEqualTo("{\"a\":1,\"b\":2}");
        ChangeResult.Merged told = (ChangeResult.Merged) results.get(2);
        assertThat(told.conflictFields()).containsExactly("a", "b");
        assertThat(Objects.requireNonNull(told.entity()).version()).isEqualTo(2);
        assertThat(results.get(3))
                .isEqualTo(new ChangeResult.Applied(first.changeId(), 1, false, true));
    }

    @Test
    void what_was_refused_is_told_from_its_receipt_with_the_entity_as_it_stands() {
        UUID conflict = UUID.randomUUID();
        UUID rejected = UUID.randomUUID();
        feed.commits().put("receipt-refused", Write.put("note", "1", "{\"a\":1}"));
        keep(
                "receipt-refused",
                conflict,
                """
                {"status":"conflict","changeId":"%s","conflictFields":["a"],"type":"note","id":"1"}
                """
                        .formatted(conflict));
        keep(
                "receipt-refused",
                rejected,
                WireJson.MAPPER.writeValueAsString(
                        new ChangeResult.Rejected(
                                rejected,
                                Problem.of(ProblemType.BASE_VERSION_AHEAD, "Ahead of 1."))));
        feed.commits().put("receipt-refused", Write.put("note", "1", "{\"a\":2}"));

        List<ChangeResult> results = receipts("receipt-refused", List.of(conflict, rejected));
        ChangeResult.Conflict told = (ChangeResult.Conflict) results.get(0);
        assertThat(told.conflictFields()).containsExactly("a");
        assertThat(data(told.entity())).isEqualTo("{\"a\":2}");
        assertThat(((ChangeResult.Rejected) results.get(1)).problem().detail())
                .isEqualTo("Ahead of 1.");
    }

    @Test
    void what_was_refused_first_and_accepted_later_is_accepted() {
        Write write = Write.put("note", "1", "{}");
        keep(
                "receipt-both",
                write.changeId(),
                "{\"status\":\"conflict\",\"changeId\":\"%s\",\"conflictFields\":[]}"
                        .formatted(write.changeId()));
        feed.commits().put("receipt-both", write);
        assertThat(receipts("receipt-both", write))
                .containsExactly(new ChangeResult.Applied(write.changeId(), 1, false, true));
    }

    @Test
    void another_spaces_changes_are_unknown() {
        Write write = Write.put("note", "1", "{}");
        feed.commits().put("receipt-theirs", write);
        assertThat(receipts("receipt-mine", write))
                .containsExactly(new ChangeResult.Unknown(write.changeId()));
    }

    @Test
    void what_is_not_decided_is_pending_while_the_pipeline_has_work_and_then_unknown()
            throws Exception {
        UUID id = UUID.randomUUID();
        assertThat(receipts("receipt-lag", List.of(id)))
                .containsExactly(new ChangeResult.Unknown(id));
        var topics = new Topics(feed.isolation().topicPrefix());
        try (var producer =
                new KafkaProducer<>(
                        Map.of(
                                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                                feed.isolation().parts().broker().bootstrapServers()),
                        new ByteArraySerializer(),
                        new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(topics.writes(), 1, null, new byte[] {1})).get();
        }
        assertThat(receipts("receipt-lag", List.of(id)))
                .containsExactly(new ChangeResult.Pending(id));
        assertThat(feed.get("receipt-lag", "/v1/spaces/me/status").get("lag").longValue())
                .isEqualTo(1);

        Write late = Write.put("note", "1", "{}");
        feed.commits().put("receipt-lag", late);
        try (Admin admin = Feed.admin(feed.isolation())) {
            admin.alterConsumerGroupOffsets(
                            topics.workerGroup(),
                            Map.of(
                                    new TopicPartition(topics.writes(), 1),
                                    new OffsetAndMetadata(1)))
                    .all()
                    .get();
        }
        double before = feed.statements();
        assertThat(receipts("receipt-lag", List.of(id, late.changeId(), id)))
                .containsExactly(
                        new ChangeResult.Unknown(id),
                        new ChangeResult.Applied(late.changeId(), 1, false, true),
                        new ChangeResult.Unknown(id));
        assertThat(feed.statements() - before).isEqualTo(2);
    }

    @Test
    void entities_are_left_out_when_they_would_be_too_many() {
        Write[] writes =
                IntStream.range(0, 24)
                        .mapToObj(i ->
                                Write.merged(
                                        "note",
                                        "n-" + i,
                                        "{\"t\":\"" + "x".repeat(200_000) + "\"}",
                                        "t"))
                        .toArray(Write[]::new);
        feed.commits().put("receipt-large", writes);
        List<ChangeResult> results = receipts("receipt-large", writes);
        assertThat(results).hasSize(24);
        assertThat(
                        results.stream()
                                .map(result -> ((ChangeResult.Merged) result).entity())
                                .filter(Objects::nonNull))
                .hasSize(ChangeResult.ENTITIES_MAX_BYTES / 200_008);
    }

    @Test
    void as_many_as_five_hundred_can_be_asked_for() {
        String ids =
                Stream.generate(() -> "changeId=" + UUID.randomUUID())
                        .limit(501)
                        .collect(Collectors.joining("&"));
        String fewer = ids.substring(ids.indexOf('&') + 1);
        assertThat(
                        feed.get("receipt-many", "/v1/spaces/me/receipts?" + fewer)
                                .get("results")
                                .size())
                .isEqualTo(500);
        feed.problem(
                ProblemType.MALFORMED_REQUEST, "receipt-many", "/v1/spaces/me/receipts?" + ids);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "?changeId=", "?changeId=x", "?changeId=1-1-1-1-1"})
    void what_is_no_change_id_is_refused(String query) {
        feed.problem(
                ProblemType.MALFORMED_REQUEST, "receipt-query", "/v1/spaces/me/receipts" + query);
    }

    private void keep(String user, UUID changeId, String result) {
        feed.commits()
                .sql(
                        "insert into receipt values (?, ?, ?::json, 0)",
                        SpaceId.personal(user),
                        changeId,
                        result);
    }

    private static String data(@org.jspecify.annotations.Nullable Entity entity) {
        return Objects.requireNonNull(Objects.requireNonNull(entity).data()).text();
    }

    private List<ChangeResult> receipts(String user, Write... writes) {
        return receipts(user, Stream.of(writes).map(Write::changeId).toList());
    }

    private List<ChangeResult> receipts(String user, List<UUID> ids) {
        String query = ids.stream().map(id -> "changeId=" + id).collect(Collectors.joining("&"));
        return StreamSupport.stream(
                        feed.get(user, "/v1/spaces/me/receipts?" + query)
                                .get("results")
                                .spliterator(),
                        false)
                .map(node -> WireJson.MAPPER.treeToValue(node, ChangeResult.class))
                .toList();
    }
}
