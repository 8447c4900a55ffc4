package io.reconverge.feed.delta;

import static org.assertj.core.api.Assertions.assertThat;

import io.reconverge.feed.Commits;
import io.reconverge.feed.Feed;
import io.reconverge.feed.Replica;
import io.reconverge.feed.Write;
import io.reconverge.parts.OnParts;
import io.reconverge.wire.Cursor;
import io.reconverge.wire.Entity;
import io.reconverge.wire.ProblemType;
import io.reconverge.wire.WireJson;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.springframework.http.MediaType;
import tools.jackson.databind.JsonNode;

@OnParts
class ExportTest {

    private static final int ENTITIES = 2_500;

    private final Feed feed = Feed.shared();

    /// @param end the cursor of the last line
    private record Export(List<Entity> entities, String end) {}

    @Test
    void everything_comes_an_entity_a_line_and_last_the_cursor() {
        fill("export-all");
        Export export = export("export-all", "");
        var replica = new Replica();
        export.entities().forEach(replica::take);
        assertThat(replica.versions())
                .hasSize(ENTITIES)
                .isEqualTo(Replica.truth(feed.commits(), "export-all"));
        assertThat(Cursor.decode(export.end()).orElseThrow().version()).isEqualTo(ENTITIES);
        assertThat(export("export-all", "?cursor=" + export.end()).entities()).isEmpty();
    }

    @Test
    void an_export_of_nothing_is_the_cursor_alone() {
        assertThat(export("export-nothing", ""))
                .isEqualTo(new Export(List.of(), Cursor.START.encode()));
    }

    @Test
    void a_filter_holds_for_lines_too() {
        feed.commits()
                .put(
                        "export-types",
                        Write.put("note", "1", "{}"),
                        Write.put("task", "1", "{}"),
                        Write.put("note", "2", "{}"));
        Export export = export("export-types", "?type=task");
        assertThat(export.entities()).extracting(Entity::version).containsExactly(2L);
        assertThat(Cursor.decode(export.end()).orElseThrow().version()).isEqualTo(3);
    }

    @Test
    void what_changes_meanwhile_is_left_for_the_next_read() {
        String user = "export-meanwhile";
        fill(user);
        var exporting = new AtomicBoolean(true);
        try (var commits = new Commits(feed.isolation())) {
            CompletableFuture<Void> writer =
                    CompletableFuture.runAsync(() -> changeWhile(exporting, commits, user));
            Export export = export(user, "");
            exporting.set(false);
            writer.join();

            long end = Cursor.decode(export.end()).orElseThrow().version();
            var replica = new Replica();
            for (Entity entity : export.entities()) {
                replica.take(entity);
                assertThat(entity.version()).isLessThanOrEqualTo(end);
            }
            replica.readTo(end);
            JsonNode rest =
                    feed.get(user, "/v1/spaces/me/changes?limit=5000&cursor=" + export.end());
            rest.get("changes")
                    .forEach(entity ->
                            replica.take(WireJson.MAPPER.treeToValue(entity, Entity.class)));
            assertThat(replica.versions()).isEqualTo(Replica.truth(commits, user));
        }
    }

    private static void changeWhile(AtomicBoolean exporting, Commits commits, String user) {
        var random = new Random(3);
        while (exporting.get()) {
            commits.commit(
                    user, Write.put("note", "n-" + random.nextInt(ENTITIES), "{\"changed\":true}"));
        }
    }

    @Test
    void what_is_wrong_at_the_beginning_is_told_by_a_status() {
        feed.problem(
                ProblemType.CURSOR_EXPIRED,
                feed.as("export-wrong")
                        .get()
                        .uri("/v1/spaces/me/changes?cursor=" + new Cursor(5, 5).encode())
                        .accept(MediaType.APPLICATION_NDJSON));
    }

    private void fill(String user) {
        feed.commits()
                .put(
                        user,
                        IntStream.range(0, ENTITIES)
                                .mapToObj(i -> Write.put("note", "n-" + i, "{\"n\":" + i + "}"))
                                .toArray(Write[]::new));
    }

    private Export export(String user, String query) {
        byte[] body =
                feed.as(user)
                        .get()
                        .uri("/v1/spaces/me/changes" + query)
                        .accept(MediaType.APPLICATION_NDJSON)
                        .exchange()
                        .expectStatus()
                        .isOk()
                        .expectHeader()
                        .contentType(MediaType.APPLICATION_NDJSON)
                        .expectBody()
                        .returnResult()
                        .getResponseBodyContent();
        String text = new String(Objects.requireNonNull(body), StandardCharsets.UTF_8);
        assertThat(text).endsWith("\n");
        List<String> lines = Arrays.asList(text.split("\n"));
        return new Export(
                lines.subList(0, lines.size() - 1).stream()
                        .map(line -> WireJson.MAPPER.readValue(line, Entity.class))
                        .toList(),
                WireJson.MAPPER.readTree(lines.getLast()).get("cursor").stringValue());
    }
}
