package io.reconverge.client.cli;

import static io.reconverge.client.RandomData.json;
import static org.assertj.core.api.Assertions.assertThat;

import io.reconverge.client.cli.Terminal.Run;
import io.reconverge.client.replica.Batch;
import io.reconverge.client.replica.Exchange;
import io.reconverge.client.replica.Replica;
import io.reconverge.client.replica.ReplicaSettings;
import io.reconverge.wire.Change;
import io.reconverge.wire.ChangeResult;
import io.reconverge.wire.Entity;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Deciding, with no network.
class ConflictCommandsTest {

    @TempDir private Path folder;
    private Terminal terminal;

    @BeforeEach
    void begin() {
        terminal = new Terminal(folder);
        terminal.run("put", "note", "n-1", "title=Mine");
        terminal.run("put", "note", "n-2", "title=Mine too");
        try (Replica replica =
                Replica.open(folder.resolve("replica.db"), ReplicaSettings.defaults())) {
            Exchange exchange = replica.me().exchange();
            var run = exchange.begin();
            Batch batch = exchange.take(run).orElseThrow();
            exchange.settle(
                    run,
                    batch.request(),
                    batch.changes().stream()
                            .map(change -> conflict(change, batch.changes().indexOf(change) + 4))
                            .toList());
        }
    }

    private static ChangeResult conflict(Change change, long version) {
        return new ChangeResult.Conflict(
                change.changeId(),
                new Entity(
                        change.type(),
                        change.id(),
                        version,
                        json("{'title':'Theirs','by':'bob'}"),
                        false,
                        1,
                        2,
                        "bob",
                        "laptop"),
                List.of("title"));
    }

    private JsonNode conflicts() {
        return terminal.run("conflicts", "--json").json().path("conflicts");
    }

    private JsonNode conflict(String entity) {
        return conflicts()
                .valueStream()
                .filter(conflict -> conflict.path("entityId").asString().equals(entity))
                .findFirst()
                .orElseThrow();
    }

    private JsonNode data(String id) {
        return terminal.run("get", "note", id, "--json").json().path("data");
    }

    @Test
    void both_sides_are_shown() {
        Run text = terminal.run("conflicts");

        assertThat(text.code()).isEqualTo(0);
        assertThat(text.out())
                .contains("note/n-1")
                .contains("  base    nothing\n")
                .contains("  local   {\"title\":\"Mine\"}\n")
                .contains("  remote  {\"title\":\"Theirs\",\"by\":\"bob\"}\n")
                .contains("  fields  title\n");
        JsonNode first = conflict("n-1");
        assertThat(first.path("local").toString()).isEqualTo("{\"title\":\"Mine\"}");
        assertThat(first.path("remoteVersion").asLong()).isEqualTo(4);
        assertThat(first.path("fields").toString()).isEqualTo("[\"title\"]");
        assertThat(terminal.run("get", "note", "n-1").err()).contains("reconverge conflicts");
    }

    @Test
    void a_conflict_is_decided_by_its_id_the_beginning_of_it_or_the_entity() {
        String id = conflict("n-1").path("id").asString();
        assertThat(terminal.run("resolve", "note/n-2", "--keep-remote").out())
                .isEqualTo("resolved note/n-2\n");
        assertThat(data("n-2").path("title").asString()).isEqualTo("Theirs");
        assertThat(terminal.run("resolve", id.substring(0, 6), "--keep-local").code()).isEqualTo(0);
        assertThat(data("n-1").path("title").asString()).isEqualTo("Mine");
        assertThat(conflicts()).isEmpty();

        Run again = terminal.run("resolve", id, "--keep-local");
        assertThat(again.code()).isEqualTo(ExitCode.NOT_FOUND.code());
        Run settled = terminal.run("conflicts", "--settled");
        assertThat(settled.out()).contains("local kept").contains("remote kept");
        assertThat(terminal.run("conflicts", "--settled", "--json").json().path("conflicts"))
                .hasSize(2);
    }

    @Test
    void something_that_is_neither_can_stand() {
        assertThat(terminal.run("resolve", "note/n-1", "--use", "{\"title\":\"Ours\"}").code())
                .isEqualTo(0);
        terminal.input("{\"title\":\"Ours too\"}");
        assertThat(terminal.run("--json", "resolve", "note/n-2", "--use", "-").json().path("done"))
                .hasToString("\"resolved\"");

        assertThat(data("n-1").path("title").asString()).isEqualTo("Ours");
        assertThat(data("n-2").path("title").asString()).isEqualTo("Ours too");
    }

    @Test
    void exactly_one_decision_is_made() {
        assertThat(terminal.run("resolve", "note/n-1").code()).isEqualTo(2);
        assertThat(terminal.run("resolve", "note/n-1", "--keep-local", "--keep-remote").code())
                .isEqualTo(2);
        assertThat(terminal.run("resolve", "note/n-1", "--use", "{").code()).isEqualTo(2);
        assertThat(terminal.run("resolve", "", "--keep-local").code())
                .isEqualTo(ExitCode.NOT_FOUND.code());
        assertThat(conflicts()).hasSize(2);
    }
}
