package io.reconverge.client.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.reconverge.client.RandomData;
import io.reconverge.client.cli.Terminal.Run;
import io.reconverge.client.replica.Replica;
import io.reconverge.client.replica.ReplicaSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What works with no network and nobody signed in.
class EntityCommandsTest {

    @TempDir private Path folder;
    private Terminal terminal;

    @BeforeEach
    void begin() {
        terminal = new Terminal(folder.resolve("home"));
    }

    private Run ok(String... arguments) {
        Run run = terminal.run(arguments);
        assertThat(run.code()).as(run.err()).isEqualTo(0);
        return run;
    }

    private void fails(ExitCode code, String... arguments) {
        Run run = terminal.run(arguments);
        assertThat(run.code()).as(run.out() + run.err()).isEqualTo(code.code());
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).startsWith("reconverge: ").doesNotContain("\tat ");
    }

    @Test
    void what_was_put_can_be_got_in_the_next_command() {
        assertThat(ok("put", "note", "n-1", "{\"title\": \"Tide\", \"high\": 6.10}").out())
                .isEqualTo("saved note/n-1\n");
        assertThat(ok("get", "note", "n-1").out())
                .isEqualTo("{\n  \"title\" : \"Tide\",\n  \"high\" : 6.10\n}\n");
    }

    @Test
    void data_comes_from_an_argument_from_members_from_stdin_or_from_a_file() throws IOException {
        Path file = Files.writeString(folder.resolve("data.json"), "{\"from\":\"file\"}");
        ok("put", "note", "a", "title=High tide", "done=true", "n=3", "tags=[\"x\"]", "none=null");
        terminal.input("{\"from\":\"stdin\"}");
        ok("put", "note", "b");
        terminal.input("{\"from\":\"dash\"}");
        ok("put", "note", "c", "-");
        ok("put", "note", "d", "@" + file);

        assertThat(ok("get", "note", "a", "--json").json().path("data").toString())
                .isEqualTo(
                        "{\"title\":\"High tide\",\"done\":true,\"n\":3,\"tags\":[\"x\"],\"none\":null}");
        assertThat(ok("get", "note", "b").out()).contains("stdin");
        assertThat(ok("get", "note", "c").out()).contains("dash");
        assertThat(ok("get", "note", "d").out()).contains("file");
    }

    @Test
    void a_patch_changes_members_and_removes_with_null() {
        ok("put", "note", "n-1", "title=Tide", "body=x");
        Run patched = ok("patch", "note", "n-1", "body=null", "done=true", "--json");

        assertThat(patched.json().path("data").toString())
                .isEqualTo("{\"title\":\"Tide\",\"done\":true}");
    }

    @Test
    void add_makes_an_id_and_prints_it_alone() {
        String id = ok("add", "note", "title=Tide").out().strip();

        assertThat(ok("get", "note", id, "--json").json().path("id").asString()).isEqualTo(id);
        assertThat(ok("-q", "add", "note", "a=1").out().strip()).hasSize(36);
    }

    @Test
    void an_entity_as_json_says_how_it_stands() {
        var entity = ok("--json", "put", "note", "n-1", "a=1").json();

        assertThat(entity.path("space").asString()).isEqualTo("me");
        assertThat(entity.path("standing").asString()).isEqualTo("pending");
        assertThat(entity.path("version").asLong()).isEqualTo(0);
        assertThat(entity.path("modifiedAt").asLong()).isPositive();
    }

    @Test
    void lists_are_of_a_type_in_order_of_ids_and_filtered() {
        ok("put", "note", "b", "title=Two", "done=true", "n=2");
        ok("put", "note", "a", "title=One", "done=false", "n=1");
        ok("put", "note", "c", "title=\"2\"", "done=true", "n=2");
        ok("put", "task", "t", "x=1");

        assertThat(ok("ls").out()).isEqualTo("TYPE  ENTITIES\nnote         3\ntask         1\n");
        assertThat(ok("ls", "--json").json().path("types").toString())
                .isEqualTo("{\"note\":3,\"task\":1}");
        assertThat(ids("ls", "note")).isEqualTo("a b c");
        assertThat(ids("ls", "note", "--where", "done=true")).isEqualTo("b c");
        assertThat(ids("ls", "note", "--where", "n=2", "--where", "title=Two")).isEqualTo("b");
        assertThat(ids("ls", "note", "--where", "title=\"2\"")).isEqualTo("c");
        assertThat(ids("ls", "note", "--limit", "1")).isEqualTo("a");
        assertThat(ids("ls", "note", "--after", "a", "--limit", "1")).isEqualTo("b");
        assertThat(ok("ls", "note", "--limit", "2", "--json").json().path("hasMore").asBoolean())
                .isTrue();
        assertThat(ok("ls", "note", "--limit", "3", "--json").json().path("hasMore").asBoolean())
                .isFalse();
        Run none = ok("ls", "nothing");
        assertThat(none.out()).isEmpty();
        assertThat(none.err()).isEqualTo("There is none.\n");
    }

    private String ids(String... arguments) {
        return String.join(
                " ", ok(arguments).out().lines().skip(1).map(line -> line.split(" ")[0]).toList());
    }

    @Test
    void a_list_longer_than_a_page_is_whole() {
        ok("ls");
        try (Replica replica =
                Replica.open(terminal.home().resolve("replica.db"), ReplicaSettings.defaults())) {
            replica.atomically(() -> {
                for (int i = 0; i < 1_000; i++) {
                    replica.drafts().put("note", "%04d".formatted(i), RandomData.json("{'n':1}"));
                }
                return null;
            });
        }
        assertThat(ok("ls", "note", "--space", "drafts").out().lines()).hasSize(1_001);
        assertThat(ok("ls", "note", "--space", "drafts", "--limit", "501").out().lines())
                .hasSize(502);
    }

    @Test
    void what_was_deleted_is_gone_and_cannot_be_deleted_again() {
        ok("put", "note", "n-1", "a=1");

        assertThat(ok("rm", "note", "n-1").out()).isEqualTo("deleted note/n-1\n");
        fails(ExitCode.NOT_FOUND, "rm", "note", "n-1");
        fails(ExitCode.NOT_FOUND, "get", "note", "n-1");
    }

    @Test
    void drafts_are_kept_apart_and_have_no_queue() {
        ok("put", "--space", "drafts", "note", "n-1", "a=1");

        assertThat(ok("get", "note", "n-1", "--space=drafts", "--json").json().path("standing"))
                .hasToString("\"draft\"");
        fails(ExitCode.NOT_FOUND, "get", "note", "n-1");
        fails(ExitCode.USAGE, "conflicts", "--space", "drafts");
    }

    @Test
    void a_shared_space_is_another_history() {
        ok("put", "--space", "4f6c2d1e-8a3b-8c5d-9e7f-0a1b2c3d4e5f", "note", "n-1", "a=1");

        fails(ExitCode.NOT_FOUND, "get", "note", "n-1");
        fails(ExitCode.USAGE, "get", "note", "n-1", "--space", " ");
    }

    @Test
    void what_is_not_valid_is_refused_with_the_place_and_not_written() {
        fails(ExitCode.USAGE, "put", "Note", "n-1", "a=1");
        fails(ExitCode.USAGE, "put", "note", "", "a=1");
        fails(ExitCode.USAGE, "put", "note", "n-1", "{\"a\":1");
        fails(ExitCode.USAGE, "put", "note", "n-1", "a");
        fails(ExitCode.USAGE, "ls", "note", "--where", "a={}");
        fails(ExitCode.USAGE, "ls", "note", "--limit", "-1");
        fails(ExitCode.NOT_FOUND, "put", "note", "n-1", "@" + folder.resolve("none.json"));
        Run twice = terminal.run("--json", "put", "note", "n-1", "{\"a\":1,\"a\":2}");
        assertThat(twice.code()).isEqualTo(2);
        assertThat(twice.problem().path("errors").toString())
                .isEqualTo("[{\"pointer\":\"/a\",\"message\":\"is given twice\"}]");
        fails(ExitCode.NOT_FOUND, "get", "note", "n-1");
    }

    @Test
    void a_full_queue_refuses_the_write_and_says_what_to_do() {
        ok("ls");
        try (Replica replica =
                Replica.open(terminal.home().resolve("replica.db"), ReplicaSettings.defaults())) {
            replica.atomically(() -> {
                for (int i = 0; i < ReplicaSettings.defaults().outboxMax(); i++) {
                    replica.me().put("note", "n-" + i, RandomData.json("{'n':1}"));
                }
                return null;
            });
        }
        fails(ExitCode.LIMIT, "put", "note", "one-more", "a=1");
        fails(ExitCode.NOT_FOUND, "get", "note", "one-more");
        assertThat(terminal.run("put", "note", "one-more", "a=1").err())
                .contains("reconverge sync");
        ok("put", "note", "n-0", "a=2");
    }

    @Test
    void a_file_that_is_no_replica_is_left_alone() throws IOException {
        Files.createDirectories(terminal.home());
        Path file = Files.writeString(terminal.home().resolve("replica.db"), "not a database, no");

        fails(ExitCode.FAILED, "put", "note", "n-1", "a=1");
        assertThat(file).hasContent("not a database, no");
    }

    @Test
    void the_folder_is_the_option_else_the_variable_else_the_platforms_and_only_the_owners()
            throws IOException {
        Path data = folder.resolve("xdg");
        terminal.with("XDG_DATA_HOME", data.toString());
        assertThat(terminal.runAsIs("put", "note", "n-1", "a=1").code()).isEqualTo(0);
        assertThat(data.resolve("reconverge/replica.db")).exists();
        assertThat(Files.getPosixFilePermissions(data.resolve("reconverge"))).hasSize(3);

        terminal.with("RECONVERGE_HOME", folder.resolve("variable").toString());
        assertThat(terminal.runAsIs("put", "note", "n-1", "a=1").code()).isEqualTo(0);
        assertThat(folder.resolve("variable/replica.db")).exists();

        ok("put", "note", "n-1", "a=1");
        assertThat(terminal.home().resolve("replica.db")).exists();
    }

    @Test
    void a_strategy_is_chosen_by_type_and_kept() {
        assertThat(ok("strategy").err()).contains("the server decides");
        ok("strategy", "note", "ask");
        ok("strategy", "task", "keep-local");
        fails(ExitCode.USAGE, "strategy", "note", "win");
        fails(ExitCode.USAGE, "strategy", "note");

        assertThat(ok("strategy", "--json").json().path("strategies").toString())
                .isEqualTo("{\"note\":\"ask\",\"task\":\"keep-local\"}");
        assertThat(ok("strategy").out()).contains("note  ask  ");
        ok("put", "note", "n-1", "a=1");
    }

    @Test
    void quiet_says_nothing_but_the_answer() {
        Run put = ok("--quiet", "put", "note", "n-1", "a=1");
        assertThat(put.out() + put.err()).isEmpty();
        assertThat(ok("get", "-q", "note", "n-1").out()).isNotEmpty();
        assertThat(ok("-q", "ls", "none").err()).isEmpty();
    }

    @Test
    void verbose_shows_where_it_failed() {
        assertThat(terminal.run("-v", "get", "note", "n-1").err()).contains("\tat ");
    }
}
