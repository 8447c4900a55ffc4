package io.reconverge.client.replica;

import static io.reconverge.client.RandomData.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.reconverge.client.replica.LocalEntity.Standing;
import io.reconverge.wire.EntityKey;
import io.reconverge.wire.InvalidDocument;
import io.reconverge.wire.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What an app meets.
class ReplicaTest {

    @TempDir private Path folder;
    private Replica replica;
    private Space me;

    @BeforeEach
    void open() {
        replica = Replica.open(folder.resolve("r.db"), ReplicaSettings.defaults());
        me = replica.me();
    }

    @AfterEach
    void close() {
        replica.close();
    }

    @Test
    void a_write_is_read_at_once() {
        LocalEntity written = me.put("note", "n-1", json("{'title':'Tide'}"));

        assertThat(written.data()).isEqualTo(json("{'title':'Tide'}"));
        assertThat(written.version()).isZero();
        assertThat(written.standing()).isEqualTo(Standing.PENDING);
        assertThat(me.get("note", "n-1")).contains(written);
        assertThat(me.patch("note", "n-1", json("{'a':1}")).data())
                .isEqualTo(json("{'title':'Tide','a':1}"));
        assertThat(me.delete("note", "n-1")).isTrue();
        assertThat(me.get("note", "n-1")).isEmpty();
        assertThat(me.delete("note", "n-1")).as("what is gone").isFalse();
    }

    @Test
    void everything_is_there_when_the_file_is_opened_again() {
        me.put("note", "n-1", json("{'title':'Tide'}"));
        replica.drafts().put("draft", "d-1", json("{'text':''}"));
        String device = replica.deviceId();
        List<String> before = Dump.everything(replica);

        close();
        open();

        assertThat(Dump.everything(replica)).isEqualTo(before);
        assertThat(replica.deviceId()).isEqualTo(device);
        assertThat(me.get("note", "n-1")).isPresent();
    }

    @Test
    void drafts_never_come_into_the_outbox() {
        Space drafts = replica.drafts();
        drafts.put("draft", "d-1", json("{'text':'a'}"));
        drafts.patch("draft", "d-1", json("{'title':'b'}"));
        drafts.put("draft", "d-2", json("{}"));
        drafts.delete("draft", "d-2");

        assertThat(drafts.list(Query.of("draft")))
                .extracting(LocalEntity::data)
                .containsExactly(json("{'text':'a','title':'b'}"));
        assertThat(drafts.list(Query.of("draft")).getFirst().standing()).isEqualTo(Standing.DRAFT);
        assertThat(Dump.entries(replica)).isEmpty();
        assertThat(replica.spaces()).isEmpty();
        assertThatIllegalStateException().isThrownBy(drafts::exchange);
    }

    @Test
    void spaces_do_not_see_one_another() {
        me.put("note", "n-1", json("{}"));

        assertThat(replica.space("0198c7a2-0d4e-7c3a-9b1f-3f5a1c2b4d6e").get("note", "n-1"))
                .isEmpty();
        assertThat(replica.drafts().get("note", "n-1")).isEmpty();
        assertThat(replica.spaces()).containsExactly("me");
    }

    @Test
    void entities_are_listed_by_type_in_order_of_their_ids() {
        for (String id : List.of("b", "a", "\uD83D\uDE00", "\uFFFD", "c")) {
            me.put("note", id, json("{}"));
        }
        me.put("task", "a", json("{}"));
        me.delete("note", "c");

        assertThat(me.list(Query.of("note")))
                .extracting(LocalEntity::id)
                .containsExactly("a", "b", "\uFFFD", "\uD83D\uDE00");
        assertThat(me.list(Query.of("note").after("a").limit(1)))
                .extracting(LocalEntity::id)
                .containsExactly("b");
        assertThat(me.types()).containsExactly("note", "task");
        assertThat(me.sizes()).containsEntry("note", 4L).containsEntry("task", 1L);
    }

    @Test
    void entities_are_found_by_their_members() {
        me.put("note", "1", json("{'done':true,'n':1,'title':'Tide','odd.\\\\n$[0]':'x'}"));
        me.put("note", "2", json("{'done':false,'n':1.0,'title':'true'}"));
        me.put("note", "3", json("{'done':1,'n':'1','title':null}"));

        assertThat(ids(Query.of("note").where("done", true))).containsExactly("1");
        assertThat(ids(Query.of("note").where("done", 1))).containsExactly("3");
        assertThat(ids(Query.of("note").where("n", 1))).containsExactly("1", "2");
        assertThat(ids(Query.of("note").where("n", "1"))).containsExactly("3");
        assertThat(ids(Query.of("note").where("n", 1).where("done", false))).containsExactly("2");
        assertThat(ids(Query.of("note").where("odd.\\n$[0]", "x"))).containsExactly("1");
    }

    private List<String> ids(Query query) {
        return me.list(query).stream().map(LocalEntity::id).toList();
    }

    @Test
    void what_the_server_could_not_take_is_not_written() {
        assertThatExceptionOfType(InvalidDocument.class)
                .isThrownBy(() -> me.put("note", "1", json("{'a':'\\u0000'}")));
        assertThatExceptionOfType(InvalidDocument.class)
                .isThrownBy(() -> me.put("note", "1", JsonObject.ofText("[]")));
        assertThatIllegalArgumentException().isThrownBy(() -> me.put("Note", "1", json("{}")));
        assertThatIllegalArgumentException().isThrownBy(() -> me.get("note", ""));
        for (String id : List.of("\uD800", "a\u0000b")) {
            assertThatIllegalArgumentException()
                    .as("such a batch could not even be written as JSON, or would be refused whole")
                    .isThrownBy(() -> me.put("note", id, json("{}")));
        }
        JsonObject large = json("{'a':'" + "x".repeat(200_000) + "'}");
        me.put("note", "1", large);
        assertThatExceptionOfType(InvalidDocument.class)
                .as("a patch that makes too much")
                .isThrownBy(
                        () -> me.patch("note", "1", json("{'b':'" + "x".repeat(100_000) + "'}")));

        assertThat(me.get("note", "1").orElseThrow().data()).isEqualTo(large);
        assertThat(me.counts()).isEqualTo(new Counts(1, 0, 0));
    }

    @Test
    void a_full_outbox_refuses_the_write_and_says_so() {
        close();
        replica = Replica.open(folder.resolve("r.db"), ReplicaSettings.defaults().withOutboxMax(2));
        me = replica.me();
        me.put("note", "1", json("{}"));
        me.put("note", "2", json("{}"));

        assertThatExceptionOfType(OutboxFullException.class)
                .isThrownBy(() -> me.put("note", "3", json("{}")))
                .withMessage("2 changes wait to be sent already; this one was not made");
        assertThat(me.get("note", "3")).isEmpty();
        me.put("note", "2", json("{'edited':true}"));
        assertThat(me.get("note", "2").orElseThrow().data()).isEqualTo(json("{'edited':true}"));
    }

    @Test
    void many_writes_are_one_or_none() {
        List<Commit> told = new ArrayList<>();
        replica.observe(told::add);

        replica.atomically(() -> {
            me.put("note", "1", json("{}"));
            replica.drafts().put("draft", "1", json("{}"));
            return me.get("note", "1").orElseThrow();
        });
        assertThatIllegalStateException()
                .isThrownBy(() ->
                        replica.atomically(() -> {
                            me.put("note", "2", json("{}"));
                            throw new IllegalStateException("changed my mind");
                        }));

        assertThat(me.get("note", "1")).isPresent();
        assertThat(me.get("note", "2")).isEmpty();
        assertThat(told)
                .containsExactlyInAnyOrder(
                        new Commit("me", Set.of(new EntityKey("note", "1")), true),
                        new Commit("drafts", Set.of(new EntityKey("draft", "1")), false));
    }

    @Test
    void observers_are_told_after_the_commit_in_its_order_and_may_write() {
        List<Commit> told = new ArrayList<>();
        replica.observe(commit -> {
            told.add(commit);
            if (commit.entities().contains(new EntityKey("note", "1"))) {
                me.put("note", "2", json("{}"));
                assertThat(told).as("not told while it is telling").hasSize(1);
            }
        });
        replica.observe(_ -> {
            throw new IllegalStateException("an observer that fails");
        });

        me.put("note", "1", json("{}"));

        assertThat(told)
                .extracting(commit -> commit.entities().iterator().next().id())
                .containsExactly("1", "2");
    }

    @Test
    void an_observer_that_has_left_is_told_no_more() {
        List<Commit> told = new ArrayList<>();
        Replica.Observation observation = replica.observe(told::add);
        observation.close();

        me.put("note", "1", json("{}"));

        assertThat(told).isEmpty();
    }

    @Test
    void threads_write_one_after_the_other_and_none_is_lost() throws Exception {
        int threads = 4;
        CountDownLatch begin = new CountDownLatch(1);
        try (ExecutorService executor = Executors.newFixedThreadPool(threads)) {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                String mine = "t" + i;
                all.add(
                        executor.submit(() -> {
                            begin.await();
                            for (int n = 0; n < 25; n++) {
                                me.patch(
                                        "note",
                                        "shared",
                                        json("{'%s-%d':%d}".formatted(mine, n, n)));
                                LocalEntity read = me.get("note", "shared").orElseThrow();
                                assertThat(read.data().tree().has(mine + "-" + n)).isTrue();
                            }
                            return null;
                        }));
            }
            begin.countDown();
            for (Future<?> each : all) {
                each.get();
            }
        }
        assertThat(me.get("note", "shared").orElseThrow().data().tree().size())
                .isEqualTo(threads * 25);
        Dump.check(replica);
    }

    @Test
    void two_processes_may_have_the_file_open() {
        try (Replica other = Replica.open(folder.resolve("r.db"), ReplicaSettings.defaults())) {
            me.put("note", "1", json("{'a':1}"));
            other.me().patch("note", "1", json("{'b':1}"));

            assertThat(me.get("note", "1").orElseThrow().data()).isEqualTo(json("{'a':1,'b':1}"));
            assertThat(other.deviceId()).isEqualTo(replica.deviceId());
        }
    }

    @Test
    void a_replica_is_one_persons() {
        assertThat(replica.owner()).isEmpty();
        assertThat(replica.claim("alice")).isTrue();
        assertThat(replica.claim("alice")).isTrue();
        assertThat(replica.claim("bob")).isFalse();
        assertThat(replica.owner()).contains("alice");
    }

    @Test
    void a_file_of_something_else_is_left_alone() throws Exception {
        Path other = folder.resolve("other.db");
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + other);
                var statement = connection.createStatement()) {
            statement.execute("create table accounts (id integer primary key)");
        }

        assertThatExceptionOfType(ReplicaException.class)
                .isThrownBy(() -> Replica.open(other, ReplicaSettings.defaults()))
                .withMessage("the file is no replica, but something else's");

        Path text = folder.resolve("text.db");
        Files.writeString(
                text, "a letter to my aunt, long enough to be taken for a file. ".repeat(20));
        assertThatExceptionOfType(ReplicaException.class)
                .isThrownBy(() -> Replica.open(text, ReplicaSettings.defaults()));
    }

    @Test
    void a_file_of_a_newer_version_is_left_alone() throws Exception {
        close();
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("r.db"));
                var statement = connection.createStatement()) {
            statement.execute("pragma user_version = 99");
        }

        assertThatExceptionOfType(ReplicaException.class)
                .isThrownBy(this::open)
                .withMessageContaining("newer Reconverge");
    }

    @Test
    void a_closed_replica_says_so() {
        close();

        assertThatIllegalStateException()
                .isThrownBy(() -> me.get("note", "1"))
                .withMessage("the replica is closed");
        assertThatIllegalStateException().isThrownBy(() -> me.put("note", "1", json("{}")));
    }

    @Test
    void every_commit_is_synced_to_the_disk() {
        replica.transact(session -> {
            assertThat(session.number("pragma synchronous")).isEqualTo(2);
            assertThat(session.list("pragma journal_mode", row -> row.getString(1)))
                    .containsExactly("wal");
            assertThat(session.number("pragma foreign_keys")).isEqualTo(1);
            return null;
        });
    }
}
