package io.reconverge.feed.delta;

import static org.assertj.core.api.Assertions.assertThat;

import io.reconverge.feed.Commits;
import io.reconverge.feed.Feed;
import io.reconverge.feed.Write;
import io.reconverge.parts.OnParts;
import io.reconverge.wire.ChangeEvent;
import io.reconverge.wire.Cursor;
import io.reconverge.wire.Entity;
import io.reconverge.wire.ProblemType;
import io.reconverge.wire.SpaceId;
import io.reconverge.wire.WireJson;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.MediaType;
import tools.jackson.databind.JsonNode;

@OnParts
class DeltaTest {

    private static final String CHANGES = "/v1/spaces/me/changes";

    private final Feed feed = Feed.shared();
    private final Commits commits = feed.commits();

    @Test
    void a_space_that_nobody_wrote_to_is_empty() {
        JsonNode page = feed.get("delta-nobody", CHANGES);
        assertThat(page.toString())
                .isEqualTo(
                        """
                        {"changes":[],"cursor":"%s","version":0,"hasMore":false}\
                        """
                                .formatted(Cursor.START.encode()));
    }

    @Test
    void an_entity_is_what_the_wire_record_says_and_its_json_as_it_was_stored() {
        String data =
                """
                {"z":1.50,"a":12345678901234567890.10,"e":1E+3,"t":"é \\u2028 \\" ","n":null}\
                """;
        ChangeEvent event =
                commits.put("delta-wire", Write.put("note", "ä/ö \"x\"\n😀", data)).getFirst();
        String body = body("delta-wire", CHANGES);
        assertThat(body)
                .isEqualTo(
                        """
                        {"changes":[%s],"cursor":"%s","version":1,"hasMore":false}\
                        """
                                .formatted(
                                        WireJson.MAPPER.writeValueAsString(event.toEntity()),
                                        cursor(body)))
                .contains("\"data\":" + data);
    }

    @Test
    void a_tombstone_has_no_data() {
        commits.put(
                "delta-tombstone",
                Write.put("note", "n-1", "{}"),
                Write.put("note", "n-2", "{}"),
                Write.delete("note", "n-1"));
        JsonNode page = feed.get("delta-tombstone", CHANGES);
        assertThat(entities(page)).extracting(Entity::id).containsExactly("n-2", "n-1");
        JsonNode tombstone = page.get("changes").get(1);
        assertThat(tombstone.get("deleted").booleanValue()).isTrue();
        assertThat(tombstone.has("data")).isFalse();
    }

    @Test
    void pages_follow_one_another_and_end_at_the_head() {
        commits.put(
                "delta-pages",
                IntStream.range(0, 10)
                        .mapToObj(i -> Write.put("note", "n-" + i, "{}"))
                        .toArray(Write[]::new));
        commits.put("delta-pages", Write.put("note", "n-0", "{}"));

        JsonNode first = feed.get("delta-pages", CHANGES + "?limit=4");
        assertThat(versions(first)).containsExactly(2L, 3L, 4L, 5L);
        assertThat(first.get("hasMore").booleanValue()).isTrue();
        assertThat(first.get("version").longValue()).isEqualTo(5);
        JsonNode second = feed.get("delta-pages", CHANGES + "?limit=4&cursor=" + cursor(first));
        assertThat(versions(second)).containsExactly(6L, 7L, 8L, 9L);
        JsonNode third = feed.get("delta-pages", CHANGES + "?limit=4&cursor=" + cursor(second));
        assertThat(versions(third)).containsExactly(10L, 11L);
        assertThat(third.get("hasMore").booleanValue()).isFalse();
        JsonNode fourth = feed.get("delta-pages", CHANGES + "?limit=4&cursor=" + cursor(third));
        assertThat(versions(fourth)).isEmpty();
        assertThat(cursor(fourth)).isEqualTo(cursor(third));
        assertThat(fourth.get("version").longValue()).isEqualTo(11);
    }

    @Test
    void a_page_that_just_fits_has_no_more() {
        commits.put("delta-fits", Write.put("note", "n-1", "{}"), Write.put("note", "n-2", "{}"));
        JsonNode page = feed.get("delta-fits", CHANGES + "?limit=2");
        assertThat(versions(page)).containsExactly(1L, 2L);
        assertThat(page.get("hasMore").booleanValue()).isFalse();
    }

    @Test
    void a_superseded_write_shows_in_the_version_only() {
        commits.put(
                "delta-superseded",
                Write.put("note", "n-1", "{\"a\":1}"),
                Write.superseded("note", "n-1", "{\"a\":2}"));
        JsonNode page = feed.get("delta-superseded", CHANGES);
        assertThat(versions(page)).containsExactly(1L);
        assertThat(page.get("version").longValue()).isEqualTo(2);
    }

    @Test
    void a_filter_leaves_out_other_types_and_reads_as_far() {
        commits.put(
                "delta-types",
                Write.put("note", "1", "{}"),
                Write.put("task", "1", "{}"),
                Write.put("photo", "1", "{}"),
                Write.put("note", "2", "{}"),
                Write.put("task", "2", "{}"));
        assertThat(versions(feed.get("delta-types", CHANGES + "?type=note")))
                .containsExactly(1L, 4L);
        JsonNode two = feed.get("delta-types", CHANGES + "?type=note&type=photo");
        assertThat(versions(two)).containsExactly(1L, 3L, 4L);
        assertThat(two.get("version").longValue()).isEqualTo(5);
        JsonNode limited = feed.get("delta-types", CHANGES + "?type=task&limit=1");
        assertThat(versions(limited)).containsExactly(2L);
        assertThat(limited.get("hasMore").booleanValue()).isTrue();
        assertThat(versions(feed.get("delta-types", CHANGES + "?type=unheard-of"))).isEmpty();
    }

    @Test
    void a_page_ends_early_when_its_data_are_large_and_has_one_entity_at_least() {
        Feed tight = Feed.tight();
        String large = "{\"text\":\"" + "x".repeat(3_000) + "\"}";
        String small = "{\"text\":\"" + "x".repeat(800) + "\"}";
        tight.commits()
                .put(
                        "delta-large",
                        Write.put("note", "1", large),
                        Write.put("note", "2", small),
                        Write.put("note", "3", small),
                        Write.put("note", "4", small));
        JsonNode first = tight.get("delta-large", CHANGES);
        assertThat(versions(first)).containsExactly(1L);
        assertThat(first.get("hasMore").booleanValue()).isTrue();
        JsonNode second = tight.get("delta-large", CHANGES + "?cursor=" + cursor(first));
        assertThat(versions(second)).containsExactly(2L, 3L);
        JsonNode third = tight.get("delta-large", CHANGES + "?cursor=" + cursor(second));
        assertThat(versions(third)).containsExactly(4L);
        assertThat(third.get("hasMore").booleanValue()).isFalse();
    }

    @Test
    void json_stored_on_many_lines_comes_on_one() {
        commits.put("delta-lines", Write.put("note", "1", "{\n  \"a\": \"x\\ny\"\r\n}"));
        assertThat(body("delta-lines", CHANGES)).contains("{   \"a\": \"x\\ny\"  }");
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "AAAA", "ASdgcrZPw6RLAAAAAAAAAAF", "%00", "me", "a%20b", "é"})
    void what_is_no_cursor_is_refused(String text) {
        feed.problem(ProblemType.INVALID_CURSOR, "delta-cursor", CHANGES + "?cursor=" + text);
    }

    @Test
    void a_cursor_of_another_history_has_expired() {
        commits.put("delta-history", Write.put("note", "1", "{}"), Write.put("note", "2", "{}"));
        Cursor here = Cursor.decode(cursor(feed.get("delta-history", CHANGES))).orElseThrow();
        List.of(
                        new Cursor(here.epoch() + 1, 1),
                        new Cursor(0, 1),
                        new Cursor(here.epoch(), 3),
                        new Cursor(here.epoch(), Long.MAX_VALUE))
                .forEach(cursor -> expectExpired("delta-history", cursor));
        JsonNode start =
                feed.get(
                        "delta-history",
                        CHANGES + "?cursor=" + new Cursor(here.epoch() + 1, 0).encode());
        assertThat(versions(start)).containsExactly(1L, 2L);
        expectExpired("delta-history-of-nobody", here);
    }

    @Test
    void a_version_is_a_cursor_of_whatever_history_there_is() {
        commits.put("delta-after", Write.put("note", "1", "{}"), Write.put("note", "2", "{}"));
        JsonNode page = feed.get("delta-after", CHANGES + "?after=1");
        assertThat(versions(page)).containsExactly(2L);
        assertThat(Cursor.decode(cursor(page)).orElseThrow().hasEpoch()).isTrue();
        feed.problem(ProblemType.CURSOR_EXPIRED, "delta-after", CHANGES + "?after=3");
        feed.problem(ProblemType.MALFORMED_REQUEST, "delta-after", CHANGES + "?after=1&cursor=x");
    }

    @Test
    void a_cursor_from_before_the_purge_has_expired() {
        commits.put(
                "delta-purge",
                Write.put("note", "1", "{}"),
                Write.delete("note", "1"),
                Write.put("note", "2", "{}"),
                Write.put("note", "3", "{}"));
        var space = SpaceId.personal("delta-purge");
        commits.sql("delete from entity where space_id = ? and id = '1'", space);
        commits.sql("update space set purged = 2 where space_id = ?", space);
        Cursor end = Cursor.decode(cursor(feed.get("delta-purge", CHANGES))).orElseThrow();
        expectExpired("delta-purge", new Cursor(end.epoch(), 1));
        JsonNode onTheEdge =
                feed.get("delta-purge", CHANGES + "?cursor=" + new Cursor(end.epoch(), 2).encode());
        assertThat(versions(onTheEdge)).containsExactly(3L, 4L);
        assertThat(versions(feed.get("delta-purge", CHANGES))).containsExactly(3L, 4L);
    }

    private void expectExpired(String user, Cursor cursor) {
        feed.problem(ProblemType.CURSOR_EXPIRED, user, CHANGES + "?cursor=" + cursor.encode());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "limit=0",
                "limit=5001",
                "limit=-1",
                "limit=ten",
                "limit=1&limit=2",
                "limit=99999999999999999999",
                "wait=61",
                "wait=-1",
                "wait=1.5",
                "type=Note",
                "type=1",
                "type=a%00b",
                "type=note,task",
                "cursor=a&cursor=b"
            })
    void a_parameter_out_of_its_bounds_is_refused(String query) {
        feed.problem(ProblemType.MALFORMED_REQUEST, "delta-query", CHANGES + "?" + query);
    }

    @Test
    void more_types_than_fifty_are_refused() {
        String types =
                IntStream.range(0, 51).mapToObj(i -> "type=t" + i).collect(Collectors.joining("&"));
        feed.problem(ProblemType.MALFORMED_REQUEST, "delta-query", CHANGES + "?" + types);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 129})
    void a_device_id_out_of_its_bounds_is_refused(int length) {
        feed.problem(
                ProblemType.MALFORMED_REQUEST,
                feed.as("delta-device").get().uri(CHANGES).header("Device-Id", "x".repeat(length)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"*/*", "application/*", "application/json", "text/html, */*;q=0.1"})
    void json_is_what_comes_when_nothing_else_is_preferred(String accept) {
        feed.as("delta-accept")
                .get()
                .uri(CHANGES)
                .header("Accept", accept)
                .exchange()
                .expectStatus()
                .isOk()
                .expectHeader()
                .contentType(MediaType.APPLICATION_JSON);
    }

    @Test
    void what_cannot_be_given_is_not_acceptable() {
        feed.problem(
                ProblemType.NOT_ACCEPTABLE,
                feed.as("delta-accept").get().uri(CHANGES).accept(MediaType.APPLICATION_PDF));
    }

    private String body(String user, String uri) {
        byte[] body =
                feed.as(user)
                        .get()
                        .uri(uri)
                        .exchange()
                        .expectBody()
                        .returnResult()
                        .getResponseBodyContent();
        return new String(
                java.util.Objects.requireNonNull(body), java.nio.charset.StandardCharsets.UTF_8);
    }

    private static String cursor(String body) {
        return cursor(WireJson.MAPPER.readTree(body));
    }

    private static String cursor(JsonNode page) {
        return page.get("cursor").stringValue();
    }

    private static List<Long> versions(JsonNode page) {
        return entities(page).stream().map(Entity::version).toList();
    }

    private static List<Entity> entities(JsonNode page) {
        return StreamSupport.stream(page.get("changes").spliterator(), false)
                .map(node -> WireJson.MAPPER.treeToValue(node, Entity.class))
                .toList();
    }
}
