package io.reconverge.feed.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.reconverge.feed.Feed;
import io.reconverge.feed.Write;
import io.reconverge.parts.OnParts;
import io.reconverge.wire.ChangeEvent;
import io.reconverge.wire.Cursor;
import io.reconverge.wire.ProblemType;
import io.reconverge.wire.SpaceId;
import io.reconverge.wire.WireJson;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

@OnParts
class LogTest {

    private static final String LOG = "/v1/spaces/me/log";

    private final Feed feed = Feed.shared();

    @Test
    void every_accepted_change_is_there_superseded_ones_too() {
        Write merged = Write.merged("note", "1", "{\"a\":3,\"b\":1.0}", "a");
        List<ChangeEvent> events =
                feed.commits()
                        .put(
                                "log-all",
                                Write.put("note", "1", "{\"a\":1}"),
                                Write.superseded("note", "1", "{\"a\":2}"),
                                merged,
                                Write.delete("note", "1"));
        JsonNode page = feed.get("log-all", LOG);
        assertThat(events(page)).isEqualTo(events);
        assertThat(page.get("version").longValue()).isEqualTo(4);
        assertThat(page.get("hasMore").booleanValue()).isFalse();
        JsonNode entry = page.get("entries").get(2);
        assertThat(entry.get("changeId").stringValue()).isEqualTo(merged.changeId().toString());
        assertThat(entry.get("conflictFields").toString()).isEqualTo("[\"a\"]");
        assertThat(entry.get("data").toString()).isEqualTo("{\"a\":3,\"b\":1.0}");
        assertThat(entry.get("outcome").stringValue()).isEqualTo("merged");
        assertThat(entry.get("previousVersion").longValue()).isEqualTo(2);
        assertThat(page.get("entries").get(0).has("conflictFields")).isFalse();
        assertThat(page.get("entries").get(3).has("data")).isFalse();
    }

    @Test
    void it_is_read_by_pages() {
        feed.commits()
                .put(
                        "log-pages",
                        Write.put("note", "1", "{}"),
                        Write.put("note", "1", "{}"),
                        Write.put("note", "1", "{}"));
        JsonNode first = feed.get("log-pages", LOG + "?limit=2");
        assertThat(events(first)).extracting(ChangeEvent::version).containsExactly(1L, 2L);
        assertThat(first.get("hasMore").booleanValue()).isTrue();
        JsonNode second =
                feed.get("log-pages", LOG + "?cursor=" + first.get("cursor").stringValue());
        assertThat(events(second)).extracting(ChangeEvent::version).containsExactly(3L);
        JsonNode third =
                feed.get("log-pages", LOG + "?cursor=" + second.get("cursor").stringValue());
        assertThat(events(third)).isEmpty();
        assertThat(third.get("cursor")).isEqualTo(second.get("cursor"));
    }

    @Test
    void a_space_that_nobody_wrote_to_has_an_empty_one() {
        JsonNode page = feed.get("log-nobody", LOG);
        assertThat(page.get("entries").size()).isZero();
        assertThat(page.get("version").longValue()).isZero();
    }

    @Test
    void it_is_told_when_the_rows_after_a_cursor_are_no_longer_kept() {
        feed.commits()
                .put(
                        "log-trimmed",
                        Write.put("note", "1", "{}"),
                        Write.put("note", "2", "{}"),
                        Write.put("note", "3", "{}"),
                        Write.put("note", "4", "{}"));
        var space = SpaceId.personal("log-trimmed");
        feed.commits().sql("delete from log where space_id = ? and version < 3", space);
        feed.commits().sql("update space set log_start = 3 where space_id = ?", space);
        JsonNode all = feed.get("log-trimmed", LOG);
        assertThat(events(all)).extracting(ChangeEvent::version).containsExactly(3L, 4L);
        long epoch = Cursor.decode(all.get("cursor").stringValue()).orElseThrow().epoch();
        feed.problem(
                ProblemType.CURSOR_EXPIRED,
                "log-trimmed",
                LOG + "?cursor=" + new Cursor(epoch, 1).encode());
        assertThat(
                        events(
                                feed.get(
                                        "log-trimmed",
                                        LOG + "?cursor=" + new Cursor(epoch, 2).encode())))
                .extracting(ChangeEvent::version)
                .containsExactly(3L, 4L);
        feed.problem(
                ProblemType.CURSOR_EXPIRED,
                "log-trimmed",
                LOG + "?cursor=" + new Cursor(epoch + 1, 3).encode());
    }

    @Test
    void large_rows_end_its_pages_and_those_of_a_history_early() {
        Feed tight = Feed.tight();
        var random = new Random(6);
        byte[] photo = new byte[1_500];
        Write[] writes =
                IntStream.range(0, 3)
                        .mapToObj(i -> {
                            random.nextBytes(photo);
                            String text = Base64.getEncoder().encodeToString(photo);
                            return Write.put("note", "1", "{\"photo\":\"" + text + "\"}");
                        })
                        .toArray(Write[]::new);
        tight.commits().put("log-large", writes);
        List<Long> forth = new ArrayList<>();
        String cursor = "";
        for (boolean more = true; more; ) {
            JsonNode page = tight.get("log-large", LOG + "?cursor=" + cursor);
            events(page).forEach(event -> forth.add(event.version()));
            assertThat(events(page)).hasSize(1);
            cursor = page.get("cursor").stringValue();
            more = page.get("hasMore").booleanValue();
        }
        assertThat(forth).containsExactly(1L, 2L, 3L);
        List<Long> back = new ArrayList<>();
        String history = "/v1/spaces/me/entities/note/1/history";
        JsonNode page = tight.get("log-large", history);
        events(page).forEach(event -> back.add(event.version()));
        while (page.has("before")) {
            page = tight.get("log-large", history + "?before=" + page.get("before").longValue());
            events(page).forEach(event -> back.add(event.version()));
            assertThat(events(page)).hasSize(1);
        }
        assertThat(back).containsExactly(3L, 2L, 1L);
    }

    @Test
    void its_parameters_are_checked() {
        feed.problem(ProblemType.INVALID_CURSOR, "log-query", LOG + "?cursor=x");
        feed.problem(ProblemType.MALFORMED_REQUEST, "log-query", LOG + "?limit=5001");
    }

    private static List<ChangeEvent> events(JsonNode page) {
        return StreamSupport.stream(page.get("entries").spliterator(), false)
                .map(node -> WireJson.MAPPER.treeToValue(node, ChangeEvent.class))
                .toList();
    }
}
