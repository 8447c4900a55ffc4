package io.reconverge.feed.delta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reconverge.feed.Feed;
import io.reconverge.feed.Write;
import io.reconverge.parts.OnParts;
import io.reconverge.wire.ChangeEvent;
import io.reconverge.wire.ProblemType;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

@OnParts
class LongPollTest {

    private static final String CHANGES = "/v1/spaces/me/changes";

    private final Feed feed = Feed.shared();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    @AfterEach
    void end() {
        threads.close();
    }

    @Test
    void a_poll_right_after_a_commit_sees_it_while_the_tail_is_held_back() {
        feed.commits().commit("poll-own", Write.put("note", "1", "{}"));
        JsonNode first = feed.get("poll-own", CHANGES + "?wait=30");
        assertThat(first.get("version").longValue()).isEqualTo(1);
        feed.commits().commit("poll-own", Write.put("note", "1", "{\"a\":1}"));
        for (String wait : List.of("0", "30")) {
            JsonNode next =
                    feed.get("poll-own", CHANGES + "?wait=" + wait + "&cursor=" + cursor(first));
            assertThat(next.get("changes").get(0).get("data").toString()).isEqualTo("{\"a\":1}");
        }
    }

    @Test
    void a_poll_with_nothing_new_waits_and_comes_back_empty_after_one_statement() {
        feed.commits().put("poll-idle", Write.put("note", "1", "{}"));
        String cursor = cursor(feed.get("poll-idle", CHANGES));
        double before = feed.statements();
        long began = System.nanoTime();
        JsonNode page = feed.get("poll-idle", CHANGES + "?wait=1&cursor=" + cursor);
        assertThat(System.nanoTime() - began).isGreaterThan(TimeUnit.SECONDS.toNanos(1));
        assertThat(page.get("changes").size()).isZero();
        assertThat(cursor(page)).isEqualTo(cursor);
        assertThat(feed.statements() - before).isEqualTo(1);
    }

    @Test
    void what_is_published_wakes_a_waiting_poll() {
        feed.commits().put("poll-woken", Write.put("note", "1", "{}"));
        String cursor = cursor(feed.get("poll-woken", CHANGES));
        CompletableFuture<JsonNode> poll = poll("poll-woken", "&cursor=" + cursor);
        feed.commits().put("poll-woken", Write.put("note", "2", "{}"));
        JsonNode page = poll.join();
        assertThat(page.get("changes").get(0).get("id").stringValue()).isEqualTo("2");
        assertThat(page.get("version").longValue()).isEqualTo(2);
    }

    @Test
    void the_first_write_to_a_space_wakes_who_waited_for_it() {
        CompletableFuture<JsonNode> poll = poll("poll-first", "");
        feed.commits().put("poll-first", Write.put("note", "1", "{}"));
        assertThat(poll.join().get("version").longValue()).isEqualTo(1);
    }

    @Test
    void a_woken_poll_is_answered_with_all_that_is_committed() {
        feed.commits().put("poll-ahead", Write.put("note", "1", "{}"));
        String cursor = cursor(feed.get("poll-ahead", CHANGES));
        CompletableFuture<JsonNode> poll = poll("poll-ahead", "&cursor=" + cursor);
        List<ChangeEvent> published =
                feed.commits().commit("poll-ahead", Write.put("note", "2", "{}"));
        feed.commits().commit("poll-ahead", Write.put("note", "3", "{}"));
        feed.commits().publish(published);
        assertThat(poll.join().get("version").longValue()).isEqualTo(3);
    }

    @Test
    void what_is_not_asked_for_wakes_nobody_and_moves_the_cursor() {
        feed.commits().put("poll-types", Write.put("note", "1", "{}"));
        String cursor = cursor(feed.get("poll-types", CHANGES));
        double before = feed.statements();
        CompletableFuture<JsonNode> poll =
                poll(feed, "poll-types", "?wait=2&type=task&cursor=" + cursor);
        awaitWaiting(1);
        feed.commits().put("poll-types", Write.put("note", "2", "{}"));
        feed.commits().put("poll-types", Write.superseded("task", "2", "{}"));
        JsonNode page = poll.join();
        assertThat(page.get("changes").size()).isZero();
        assertThat(page.get("version").longValue()).isEqualTo(3);
        assertThat(feed.statements() - before).isEqualTo(1);
    }

    @Test
    void what_is_asked_for_wakes_after_what_is_not() {
        feed.commits().put("poll-mixed", Write.put("note", "1", "{}"));
        String cursor = cursor(feed.get("poll-mixed", CHANGES));
        CompletableFuture<JsonNode> poll = poll("poll-mixed", "&type=task&cursor=" + cursor);
        feed.commits().put("poll-mixed", Write.put("note", "2", "{}"));
        feed.commits().put("poll-mixed", Write.put("task", "1", "{}"));
        JsonNode page = poll.join();
        assertThat(page.get("changes").size()).isEqualTo(1);
        assertThat(page.get("version").longValue()).isEqualTo(3);
    }

    @Test
    void those_who_wait_are_bounded() {
        Feed tight = Feed.tight();
        List<CompletableFuture<JsonNode>> polls =
                Stream.of("poll-bounded-1", "poll-bounded-2")
                        .map(user -> poll(tight, user, "?wait=15"))
                        .toList();
        await().until(() -> tight.metric("reconverge.feed.polls.waiting") == 2);
        tight.problem(ProblemType.UNAVAILABLE, "poll-bounded-3", CHANGES + "?wait=15");
        tight.as("poll-bounded-3")
                .get()
                .uri(CHANGES + "?wait=15")
                .exchange()
                .expectHeader()
                .exists("Retry-After");
        assertThat(tight.get("poll-bounded-3", CHANGES).get("version").longValue()).isZero();
        tight.commits().put("poll-bounded-1", Write.put("note", "1", "{}"));
        tight.commits().put("poll-bounded-2", Write.put("note", "1", "{}"));
        polls.forEach(CompletableFuture::join);
        await().until(() -> tight.metric("reconverge.feed.polls.waiting") == 0);
    }

    private CompletableFuture<JsonNode> poll(String user, String query) {
        CompletableFuture<JsonNode> poll = poll(feed, user, "?wait=15" + query);
        awaitWaiting(1);
        return poll;
    }

    private CompletableFuture<JsonNode> poll(Feed feed, String user, String query) {
        return CompletableFuture.supplyAsync(() -> feed.get(user, CHANGES + query), threads);
    }

    /// Whether they have read by then, or read what comes next, the answer is the same.
    private void awaitWaiting(int polls) {
        await().until(() -> feed.metric("reconverge.feed.polls.waiting") == polls);
    }

    private static String cursor(JsonNode page) {
        return page.get("cursor").stringValue();
    }
}
