package io.reconverge.feed.delta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reconverge.feed.Feed;
import io.reconverge.feed.Listener;
import io.reconverge.feed.RawReader;
import io.reconverge.feed.Write;
import io.reconverge.parts.OnParts;
import io.reconverge.parts.Parts;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

@OnParts
class SlowReaderTest {

    private static final int LARGE = 80;
    private static final Pattern CHANGE =
            Pattern.compile("event: change\nid: (\\S+)\ndata: [^\n]*\n\n");

    private final Feed feed = Feed.tight();

    @Test
    void a_stream_that_takes_nothing_is_held_in_little_memory_cut_off_and_resumes_where_it_was() {
        String user = "slow-stream";
        double dropped = feed.metric("reconverge.feed.slow.readers");
        double most = 0;
        String received;
        try (var reader =
                new RawReader(
                        feed,
                        Parts.shared().tokens().of(user),
                        "/v1/spaces/me/changes",
                        "text/event-stream")) {
            await().until(() -> feed.metric("reconverge.feed.subscribers") == 1);
            for (int i = 0; i < LARGE; i++) {
                feed.commits().put(user, large(i));
                most =
                        Math.max(
                                most,
                                feed.metric("reconverge.feed.buffers.held")
                                        + feed.metric("reconverge.feed.answers.held"));
            }
            await().until(() -> feed.metric("reconverge.feed.slow.readers") == dropped + 1);
            await().until(() -> feed.metric("reconverge.feed.subscribers") == 0);
            received = reader.body();
        }
        assertThat(most).isLessThan(2 * 1024 * 1024);
        assertThat(feed.metric("reconverge.feed.buffers.held")).isZero();
        await().until(() -> feed.metric("reconverge.feed.answers.held") == 0);

        List<String> ids =
                CHANGE.matcher(received).results().map(change -> change.group(1)).toList();
        assertThat(ids).hasSizeBetween(1, LARGE - 1);
        try (var listener = Listener.after(feed.as(user), ids.getLast())) {
            for (int version = ids.size() + 1; version <= LARGE; version++) {
                Listener.Heard heard = listener.next();
                assertThat(heard.entity().version()).isEqualTo(version);
            }
        }
    }

    @Test
    void a_page_that_is_not_taken_is_let_go() {
        String user = "slow-page";
        double dropped = feed.metric("reconverge.feed.slow.readers");
        feed.commits()
                .put(
                        user,
                        IntStream.range(0, LARGE)
                                .mapToObj(SlowReaderTest::large)
                                .toArray(Write[]::new));
        try (var reader =
                new RawReader(
                        feed,
                        Parts.shared().tokens().of(user),
                        "/v1/spaces/me/changes",
                        "application/x-ndjson")) {
            await().until(() -> feed.metric("reconverge.feed.slow.readers") == dropped + 1);
            assertThat(reader.body()).doesNotContain("\n{\"cursor\"");
        }
        await().until(() -> feed.metric("reconverge.feed.answers.held") == 0);
    }

    @Test
    void a_reader_that_takes_little_at_a_time_is_left_in_peace() {
        String user = "slow-steady";
        feed.commits()
                .put(
                        user,
                        IntStream.range(0, LARGE)
                                .mapToObj(SlowReaderTest::large)
                                .toArray(Write[]::new));
        double dropped = feed.metric("reconverge.feed.slow.readers");
        try (var reader =
                new RawReader(
                        feed,
                        Parts.shared().tokens().of(user),
                        "/v1/spaces/me/changes",
                        "application/x-ndjson")) {
            long began = System.nanoTime();
            // longer than the timeout, in all
            while (System.nanoTime() - began < Duration.ofMillis(1_500).toNanos()) {
                reader.read(1024);
            }
            assertThat(reader.body()).contains("\n{\"cursor\"");
        }
        assertThat(feed.metric("reconverge.feed.slow.readers")).isEqualTo(dropped);
    }

    /// With what the kernels of both sides hold, the whole of it is some megabytes too much.
    private static Write large(int number) {
        return Write.put("note", "n-" + number, "{\"text\":\"" + "x".repeat(200_000) + "\"}");
    }
}
