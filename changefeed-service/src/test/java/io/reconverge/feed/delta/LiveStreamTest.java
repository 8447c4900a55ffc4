package io.reconverge.feed.delta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reconverge.feed.Commits;
import io.reconverge.feed.Feed;
import io.reconverge.feed.Listener;
import io.reconverge.feed.Write;
import io.reconverge.parts.OnParts;
import io.reconverge.parts.Parts;
import io.reconverge.wire.ChangeEvent;
import io.reconverge.wire.Cursor;
import io.reconverge.wire.Entity;
import io.reconverge.wire.ProblemType;
import io.reconverge.wire.SpaceId;
import io.reconverge.wire.WireJson;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.springframework.http.MediaType;

@OnParts
class LiveStreamTest {

    private final Feed feed = Feed.shared();
    private final Commits commits = feed.commits();

    @Test
    void the_backlog_comes_first_then_a_word_that_it_is_through_then_the_news() {
        commits.put("live-order", Write.put("note", "1", "{}"), Write.put("note", "2", "{}"));
        try (var listener = Listener.to(feed.as("live-order"), "")) {
            assertThat(listener.nextChange().id()).isEqualTo("1");
            assertThat(listener.nextChange().id()).isEqualTo("2");
            assertThat(listener.nextCaughtUp().version()).isEqualTo(2);
            ChangeEvent event =
                    commits.put("live-order", Write.put("note", "3", "{\"n\":1.50}")).getFirst();
            Listener.Heard heard = listener.next();
            assertThat(heard.data())
                    .isEqualTo(WireJson.MAPPER.writeValueAsString(event.toEntity()));
            assertThat(heard.version()).isEqualTo(3);
        }
    }

    @Test
    void news_come_straight_from_the_tail_without_a_statement() {
        commits.put("live-straight", Write.put("note", "1", "{}"));
        try (var listener = Listener.to(feed.as("live-straight"), "")) {
            listener.nextChange();
            listener.nextCaughtUp();
            double statements = feed.statements();
            double straight = feed.metric("reconverge.feed.deliveries", "from", "tail");
            for (int i = 2; i <= 6; i++) {
                commits.put("live-straight", Write.put("note", "n-" + i, "{}"));
                assertThat(listener.nextChange().version()).isEqualTo(i);
            }
            assertThat(feed.metric("reconverge.feed.deliveries", "from", "tail") - straight)
                    .isEqualTo(5);
            assertThat(feed.statements()).isEqualTo(statements);
        }
    }

    @Test
    void a_stream_opened_on_an_empty_space_hears_its_first_write() {
        try (var listener = Listener.to(feed.as("live-empty"), "")) {
            assertThat(listener.nextCaughtUp().version()).isZero();
            commits.put("live-empty", Write.put("note", "1", "{}"));
            assertThat(listener.nextChange().version()).isEqualTo(1);
            Listener.Heard caughtUp = listener.nextCaughtUp();
            assertThat(Cursor.decode(caughtUp.id()).orElseThrow().epoch()).isNotZero();
        }
    }

    @Test
    void what_the_tail_brings_after_a_gap_is_caught_up_with() {
        commits.put("live-gap", Write.put("note", "1", "{}"));
        try (var listener = Listener.to(feed.as("live-gap"), "")) {
            listener.nextChange();
            listener.nextCaughtUp();
            commits.commit("live-gap", Write.put("note", "2", "{}"));
            commits.put("live-gap", Write.put("note", "3", "{}"));
            assertThat(listener.nextChange().version()).isEqualTo(2);
            assertThat(listener.nextChange().version()).isEqualTo(3);
            assertThat(listener.nextCaughtUp().version()).isEqualTo(3);
        }
    }

    @Test
    void what_was_read_already_is_not_said_again_when_the_tail_brings_it() {
        List<ChangeEvent> late = commits.commit("live-late", Write.put("note", "1", "{}"));
        try (var listener = Listener.to(feed.as("live-late"), "")) {
            assertThat(listener.nextChange().version()).isEqualTo(1);
            listener.nextCaughtUp();
            commits.publish(late);
            commits.put("live-late", Write.put("note", "2", "{}"));
            assertThat(listener.nextChange().version()).isEqualTo(2);
        }
    }

    @Test
    void news_do_not_wait_for_their_kafka_transaction_and_are_not_said_again_when_it_is_repeated() {
        commits.put("live-open", Write.put("note", "1", "{}"));
        try (var listener = Listener.to(feed.as("live-open"), "")) {
            listener.nextChange();
            listener.nextCaughtUp();
            List<ChangeEvent> news = commits.commit("live-open", Write.put("note", "2", "{}"));
            commits.begin(news);
            assertThat(listener.nextChange().version()).isEqualTo(2);
            commits.abort();
            commits.publish(news);
            commits.put("live-open", Write.put("note", "3", "{}"));
            assertThat(listener.nextChange().version()).isEqualTo(3);
        }
    }

    @Test
    void what_is_told_ahead_comes_at_once_and_is_not_said_again_when_it_is_published() {
        commits.put("live-ahead", Write.put("note", "1", "{}"));
        try (var listener = Listener.to(feed.as("live-ahead"), "")) {
            listener.nextChange();
            listener.nextCaughtUp();
            double statements = feed.statements();
            List<ChangeEvent> ahead = commits.commit("live-ahead", Write.put("note", "2", "{}"));
            commits.tell(ahead);
            assertThat(listener.nextChange().version()).isEqualTo(2);
            commits.publish(ahead);
            commits.put("live-ahead", Write.put("note", "3", "{}"));
            assertThat(listener.nextChange().version()).isEqualTo(3);
            assertThat(feed.statements()).isEqualTo(statements);
        }
    }

    @Test
    void what_was_not_told_ahead_is_found_when_the_next_is_or_when_it_is_published() {
        commits.put("live-lost", Write.put("note", "1", "{}"));
        try (var listener = Listener.to(feed.as("live-lost"), "")) {
            listener.nextChange();
            listener.nextCaughtUp();
            List<ChangeEvent> lost = commits.commit("live-lost", Write.put("note", "2", "{}"));
            List<ChangeEvent> told = commits.commit("live-lost", Write.put("note", "3", "{}"));
            commits.tell(told);
            assertThat(listener.nextChange().version()).isEqualTo(2);
            assertThat(listener.nextChange().version()).isEqualTo(3);
            assertThat(listener.nextCaughtUp().version()).isEqualTo(3);
            commits.publish(lost);
            commits.publish(told);
            List<ChangeEvent> last = commits.commit("live-lost", Write.put("note", "4", "{}"));
            commits.publish(last);
            assertThat(listener.nextChange().version()).isEqualTo(4);
        }
    }

    @Test
    void a_version_out_of_all_order_stops_no_stream() {
        commits.put("live-high", Write.put("note", "1", "{}"));
        try (var listener = Listener.to(feed.as("live-high"), "")) {
            listener.nextChange();
            listener.nextCaughtUp();
            ChangeEvent next = commits.commit("live-high", Write.put("note", "2", "{}")).getFirst();
            commits.tell(List.of(withVersion(next, 1_000_000)));
            assertThat(listener.nextChange().version()).isEqualTo(2);
            assertThat(listener.nextCaughtUp().version()).isEqualTo(2);
            commits.tell(commits.commit("live-high", Write.put("note", "3", "{}")));
            assertThat(listener.nextChange().version()).isEqualTo(3);
        }
    }

    private static ChangeEvent withVersion(ChangeEvent event, long version) {
        return new ChangeEvent(
                event.space(),
                version,
                event.previousVersion(),
                version,
                event.type(),
                event.id(),
                event.op(),
                event.outcome(),
                event.data(),
                event.patch(),
                event.actor(),
                event.deviceId(),
                event.createdAt(),
                event.modifiedAt(),
                event.committedAt());
    }

    @Test
    void a_superseded_write_and_other_types_are_passed_in_silence() {
        commits.put("live-pass", Write.put("note", "1", "{}"));
        try (var listener = Listener.to(feed.as("live-pass"), "?type=note")) {
            listener.nextChange();
            listener.nextCaughtUp();
            double statements = feed.statements();
            commits.put("live-pass", Write.superseded("note", "1", "{}"));
            commits.put("live-pass", Write.put("task", "1", "{}"));
            commits.put("live-pass", Write.put("note", "2", "{}"));
            assertThat(listener.nextChange().version()).isEqualTo(4);
            assertThat(feed.statements()).isEqualTo(statements);
        }
    }

    @Test
    void the_last_event_id_goes_before_the_cursor() {
        commits.put("live-last", Write.put("note", "1", "{}"), Write.put("note", "2", "{}"));
        String id;
        try (var listener = Listener.to(feed.as("live-last"), "")) {
            id = listener.next().id();
        }
        String end = feed.get("live-last", "/v1/spaces/me/changes").get("cursor").stringValue();
        try (var listener = Listener.to(feed.as("live-last"), "?cursor=" + end)) {
            assertThat(listener.nextCaughtUp().version()).isEqualTo(2);
        }
        try (var listener = Listener.after(feed.as("live-last"), id)) {
            assertThat(listener.nextChange().version()).isEqualTo(2);
        }
    }

    @Test
    void an_idle_stream_beats_and_asks_the_database_nothing() {
        Feed tight = Feed.tight();
        tight.commits().put("live-idle", Write.put("note", "1", "{}"));
        try (var listener = Listener.to(tight.as("live-idle"), "")) {
            listener.nextChange();
            listener.nextCaughtUp();
            double statements = tight.statements();
            listener.expectSilence(5);
            assertThat(tight.statements()).isEqualTo(statements);
        }
    }

    @Test
    void a_burst_larger_than_the_buffer_is_caught_up_with_from_the_database() {
        Feed tight = Feed.tight();
        tight.commits().put("live-burst", Write.put("note", "0", "{}"));
        try (var listener = Listener.to(tight.as("live-burst"), "")) {
            listener.nextChange();
            listener.nextCaughtUp();
            tight.commits()
                    .put(
                            "live-burst",
                            IntStream.rangeClosed(1, 200)
                                    .mapToObj(i -> Write.put("note", "n-" + i, "{}"))
                                    .toArray(Write[]::new));
            for (int version = 2; version <= 201; version++) {
                Listener.Heard heard = listener.next();
                while ("caught-up".equals(heard.event())) {
                    heard = listener.next();
                }
                assertThat(heard.entity().version()).isEqualTo(version);
            }
        }
        await().until(() -> tight.metric("reconverge.feed.buffers.held") == 0);
    }

    @Test
    void a_stream_ends_with_its_token_and_says_where_to_go_on() {
        commits.put("live-token", Write.put("note", "1", "{}"));
        String token =
                Parts.shared().tokens().draft("live-token").lifetime(Duration.ofSeconds(3)).sign();
        try (var listener = Listener.to(feed.with(token), "")) {
            listener.nextChange();
            listener.nextCaughtUp();
            Listener.Heard last = listener.next();
            assertThat(last.event()).isEqualTo("token-expired");
            assertThat(last.version()).isEqualTo(1);
            listener.expectEnd();
        }
    }

    @Test
    void who_hangs_up_is_forgotten_at_once() {
        double before = feed.metric("reconverge.feed.subscribers");
        try (var listener = Listener.to(feed.as("live-gone"), "")) {
            listener.nextCaughtUp();
            assertThat(feed.metric("reconverge.feed.subscribers")).isEqualTo(before + 1);
        }
        await().until(() -> feed.metric("reconverge.feed.subscribers") == before);
    }

    @Test
    void its_request_is_over_once_a_stream_has_begun() {
        try (var alone = Feed.start();
                var listener = Listener.to(alone.as("live-lasting"), "")) {
            listener.nextCaughtUp();
            await().until(() ->
                    alone.metric("http.server.requests", "uri", "/v1/spaces/{space}/changes") == 1);
            alone.commits().put("live-lasting", Write.put("note", "1", "{}"));
            assertThat(listener.nextChange().version()).isEqualTo(1);
        }
    }

    @Test
    void what_is_wrong_at_the_beginning_is_told_by_a_status() {
        commits.put("live-wrong", Write.put("note", "1", "{}"));
        feed.problem(
                ProblemType.INVALID_CURSOR,
                feed.as("live-wrong")
                        .get()
                        .uri("/v1/spaces/me/changes")
                        .header("Last-Event-ID", "what?")
                        .accept(MediaType.TEXT_EVENT_STREAM));
        feed.problem(
                ProblemType.CURSOR_EXPIRED,
                feed.as("live-wrong")
                        .get()
                        .uri("/v1/spaces/me/changes?cursor=" + new Cursor(5, 5).encode())
                        .accept(MediaType.TEXT_EVENT_STREAM));
        assertThat(feed.metric("reconverge.feed.subscribers")).isZero();
    }

    @Test
    void a_stream_whose_place_was_purged_meanwhile_ends_with_that_word() {
        commits.put("live-purged", Write.put("note", "1", "{}"));
        try (var listener = Listener.to(feed.as("live-purged"), "")) {
            listener.nextChange();
            listener.nextCaughtUp();
            commits.commit("live-purged", Write.put("note", "2", "{}"));
            commits.sql(
                    "update space set purged = 2 where space_id = ?",
                    SpaceId.personal("live-purged"));
            commits.put("live-purged", Write.put("note", "3", "{}"));
            assertThat(listener.next().event()).isEqualTo("cursor-expired");
            listener.expectEnd();
        }
    }

    @Test
    void garbage_on_the_topic_harms_nobody() {
        commits.put("live-garbage", Write.put("note", "1", "{}"));
        String space = SpaceId.personal("live-garbage").toString();
        try (var listener = Listener.to(feed.as("live-garbage"), "")) {
            listener.nextChange();
            listener.nextCaughtUp();
            commits.publishRaw(null, null);
            commits.publishRaw("no space", new byte[] {1, 2, 3});
            commits.publishRaw(space, null);
            commits.publishRaw(space, "{".getBytes(java.nio.charset.StandardCharsets.UTF_8));
            commits.publishRaw(space, "{}".getBytes(java.nio.charset.StandardCharsets.UTF_8));
            commits.put("live-garbage", Write.put("note", "2", "{}"));
            assertThat(listener.nextChange().version()).isEqualTo(2);
        }
    }

    @Test
    void streams_are_bounded_in_all_and_for_a_space() {
        Feed tight = Feed.tight();
        try (var one = Listener.to(tight.as("live-many"), "");
                var two = Listener.to(tight.as("live-many"), "");
                var three = Listener.to(tight.as("live-many"), "")) {
            List.of(one, two, three).forEach(Listener::nextCaughtUp);
            tight.problem(ProblemType.RATE_LIMITED, stream(tight, "live-many"));
            try (var four = Listener.to(tight.as("live-others"), "")) {
                four.nextCaughtUp();
                tight.problem(ProblemType.UNAVAILABLE, stream(tight, "live-others"));
            }
        }
        await().until(() -> tight.metric("reconverge.feed.subscribers") == 0);
    }

    private static org.springframework.test.web.reactive.server.WebTestClient.RequestHeadersSpec<?>
            stream(Feed feed, String user) {
        return feed.as(user).get().uri("/v1/spaces/me/changes").accept(MediaType.TEXT_EVENT_STREAM);
    }

    @Test
    void a_head_request_ends_like_any_other() {
        feed.as("live-head")
                .head()
                .uri("/v1/spaces/me/changes")
                .accept(MediaType.TEXT_EVENT_STREAM)
                .exchange()
                .expectStatus()
                .isOk();
        await().until(() -> feed.metric("reconverge.feed.subscribers") == 0);
    }

    @Test
    void every_reader_of_a_space_hears_everything() {
        commits.put("live-two", Write.put("note", "1", "{}"));
        try (var one = Listener.to(feed.as("live-two"), "");
                var two = Listener.to(feed.as("live-two"), "")) {
            List.of(one, two)
                    .forEach(listener -> {
                        listener.nextChange();
                        listener.nextCaughtUp();
                    });
            commits.put("live-two", Write.put("note", "2", "{}"), Write.delete("note", "1"));
            for (Listener listener : List.of(one, two)) {
                assertThat(listener.nextChange().version()).isEqualTo(2);
                Entity tombstone = listener.nextChange();
                assertThat(tombstone.deleted()).isTrue();
                assertThat(tombstone.version()).isEqualTo(3);
            }
        }
    }
}
