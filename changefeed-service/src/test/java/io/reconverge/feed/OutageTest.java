package io.reconverge.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reconverge.parts.Broker;
import io.reconverge.parts.Database;
import io.reconverge.parts.Isolation;
import io.reconverge.parts.OnParts;
import io.reconverge.parts.Parts;
import io.reconverge.service.kafka.Topics;
import io.reconverge.wire.ChangeEvent;
import io.reconverge.wire.ProblemType;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.WebTestClient;
import tools.jackson.databind.JsonNode;

/// What the feed does while what it stands on is away, and that it needs no restart afterwards.
@OnParts
class OutageTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Parts parts = Parts.shared();
    private final Feed feed = Feed.tight();

    @AfterEach
    void allIsWellAgain() {
        parts.database().start();
        parts.broker().start();
        await().atMost(PATIENCE).until(() -> feed.healthy("readiness"));
    }

    @Test
    void with_the_database_away_reads_are_refused_in_bounded_time_and_streams_stay_and_resume() {
        Database database = parts.database();
        String user = "outage-database";
        feed.commits().put(user, Write.put("note", "1", "{}"));
        try (var listener = Listener.to(feed.as(user), "")) {
            listener.nextChange();
            listener.nextCaughtUp();
            feed.commits().commit(user, Write.put("note", "2", "{}"));
            List<ChangeEvent> late = feed.commits().commit(user, Write.put("note", "3", "{}"));

            database.stop();
            for (String read : IsolationTest.reads().toList()) {
                if (read.equals("/members")) {
                    // of one's own space that is oneself, and nobody has to look
                    continue;
                }
                expectUnavailable(user, "/v1/spaces/me" + read, MediaType.APPLICATION_JSON);
            }
            expectUnavailable(user, "/v1/spaces", MediaType.APPLICATION_JSON);
            expectUnavailable(user, "/v1/spaces/me/changes", MediaType.APPLICATION_NDJSON);
            expectUnavailable(user, "/v1/spaces/me/changes", MediaType.TEXT_EVENT_STREAM);
            assertThat(feed.healthy("readiness")).isFalse();
            assertThat(feed.healthy("liveness")).isTrue();

            // the stream learns that it is behind, and cannot do anything about it
            feed.commits().publish(late);
            listener.expectSilence(5);

            database.start();
            assertThat(listener.nextChange().version()).isEqualTo(2);
            assertThat(listener.nextChange().version()).isEqualTo(3);
            listener.nextCaughtUp();
        }
        await().atMost(PATIENCE).until(() -> feed.healthy("readiness"));
        assertThat(feed.get(user, "/v1/spaces/me/changes").get("version").longValue()).isEqualTo(3);
    }

    private void expectUnavailable(String user, String uri, MediaType accept) {
        WebTestClient.RequestHeadersSpec<?> request = feed.as(user).get().uri(uri).accept(accept);
        long began = System.nanoTime();
        feed.problem(ProblemType.UNAVAILABLE, request);
        assertThat(System.nanoTime() - began).isLessThan(TimeUnit.SECONDS.toNanos(8));
        request.exchange().expectHeader().exists("Retry-After");
    }

    @Test
    void an_export_that_loses_the_database_breaks_off_without_its_last_line() {
        String user = "outage-export";
        feed.commits()
                .put(
                        user,
                        IntStream.range(0, 80)
                                .mapToObj(i ->
                                        Write.put(
                                                "note",
                                                "n-" + i,
                                                "{\"text\":\"" + "x".repeat(200_000) + "\"}"))
                                .toArray(Write[]::new));
        try (var reader =
                new RawReader(
                        feed,
                        parts.tokens().of(user),
                        "/v1/spaces/me/changes",
                        "application/x-ndjson")) {
            reader.read(1024);
            parts.database().stop();
            assertThat(reader.body()).contains("\"n-0\"").doesNotContain("\n{\"cursor\"");
        }
    }

    @Test
    void with_the_broker_away_reads_go_on_and_the_tail_misses_nothing() {
        Broker broker = parts.broker();
        String user = "outage-broker";
        feed.commits().put(user, Write.put("note", "1", "{}"));
        try (var listener = Listener.to(feed.as(user), "")) {
            listener.nextChange();
            listener.nextCaughtUp();
            broker.stop();
            List<ChangeEvent> late = feed.commits().commit(user, Write.put("note", "2", "{}"));
            assertThat(feed.get(user, "/v1/spaces/me/changes").get("version").longValue())
                    .isEqualTo(2);
            JsonNode status = feed.get(user, "/v1/spaces/me/status");
            assertThat(status.get("version").longValue()).isEqualTo(2);
            assertThat(status.get("lag").isNull()).isTrue();
            JsonNode receipts =
                    feed.get(user, "/v1/spaces/me/receipts?changeId=" + UUID.randomUUID());
            assertThat(receipts.get("results").get(0).get("status").stringValue())
                    .isEqualTo("pending");
            assertThat(feed.healthy("readiness")).isFalse();

            broker.start();
            feed.commits().publish(late);
            assertThat(listener.nextChange().version()).isEqualTo(2);
        }
    }

    @Test
    void when_the_topic_is_made_anew_streams_look_into_the_database() throws Exception {
        String user = "outage-topic";
        String topic = new Topics(feed.isolation().topicPrefix()).changes();
        feed.commits().put(user, Write.put("note", "1", "{}"));
        try (var listener = Listener.to(feed.as(user), "");
                Admin admin = Feed.admin(feed.isolation())) {
            listener.nextChange();
            listener.nextCaughtUp();
            admin.deleteTopics(List.of(topic)).all().get();
            feed.commits().commit(user, Write.put("note", "2", "{}"));
            await().atMost(PATIENCE)
                    .ignoreExceptions()
                    .until(() -> {
                        Feed.makeTopic(feed.isolation(), topic);
                        return true;
                    });
            assertThat(listener.nextChange().version()).isEqualTo(2);
            listener.nextCaughtUp();
            feed.commits().put(user, Write.put("note", "3", "{}"));
            assertThat(listener.nextChange().version()).isEqualTo(3);
        }
    }

    @Test
    void a_feed_that_starts_first_waits_for_tables_and_topics() {
        Isolation isolation = parts.isolate("first");
        try (Feed first = Feed.startBare(isolation)) {
            assertThat(first.healthy("liveness")).isTrue();
            assertThat(first.healthy("readiness")).isFalse();
            first.problem(ProblemType.UNAVAILABLE, "outage-first", "/v1/spaces/me/changes");
            Feed.makeTables(isolation);
            assertThat(
                            first.get("outage-first", "/v1/spaces/me/changes")
                                    .get("version")
                                    .longValue())
                    .isZero();
            try (var listener = Listener.to(first.as("outage-first"), "")) {
                listener.nextCaughtUp();
                first.commits().commit("outage-first", Write.put("note", "1", "{}"));
                Feed.makeTopics(isolation);
                assertThat(listener.nextChange().version()).isEqualTo(1);
            }
            await().atMost(PATIENCE).until(() -> first.healthy("readiness"));
        }
    }

    @Test
    @Timeout(60)
    void a_feed_that_stops_tells_those_who_stay_to_go_elsewhere() {
        Feed leaving = Feed.start();
        leaving.commits().put("outage-leaving", Write.put("note", "1", "{}"));
        try (var listener = Listener.to(leaving.as("outage-leaving"), "?type=note");
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            listener.nextChange();
            String cursor = listener.nextCaughtUp().id();
            CompletableFuture<JsonNode> poll =
                    CompletableFuture.supplyAsync(
                            () ->
                                    leaving.get(
                                            "outage-leaving",
                                            "/v1/spaces/me/changes?wait=60&cursor=" + cursor),
                            threads);
            await().until(() -> leaving.metric("reconverge.feed.polls.waiting") == 1);
            leaving.stop();
            Listener.Heard last = listener.next();
            assertThat(last.event()).isEqualTo("going-away");
            assertThat(last.id()).isEqualTo(cursor);
            listener.expectEnd();
            assertThat(poll.join().get("cursor").stringValue()).isEqualTo(cursor);
        }
    }
}
