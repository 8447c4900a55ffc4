package io.reconverge.client;

import static io.reconverge.client.RandomData.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.reconverge.client.replica.Batch;
import io.reconverge.client.replica.Page;
import io.reconverge.client.replica.Replica;
import io.reconverge.client.replica.ReplicaSettings;
import io.reconverge.client.sync.Pushed;
import io.reconverge.client.sync.Reply;
import io.reconverge.client.sync.Status;
import io.reconverge.client.sync.SyncAction.Ending;
import io.reconverge.client.sync.Transport;
import io.reconverge.wire.Change;
import io.reconverge.wire.ChangeResult;
import io.reconverge.wire.SpaceId;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What an app holds, with threads and time as they are and a server that takes everything.
@Timeout(60)
class ReconvergeClientTest {

    private static final ClientSettings SETTINGS =
            ClientSettings.of(URI.create("http://localhost:9"));

    @TempDir private Path folder;
    private final Greedy server = new Greedy();
    private ReconvergeClient client;

    private static final class Greedy implements Transport {

        private final BlockingQueue<String> pushed = new LinkedBlockingQueue<>();
        private final BlockingQueue<String> read = new LinkedBlockingQueue<>();
        private final Queue<Live> streams = new ConcurrentLinkedQueue<>();
        private long version;

        @Override
        public synchronized Call push(String space, Batch batch, Consumer<Reply<Pushed>> then) {
            List<ChangeResult> results = new ArrayList<>();
            for (Change change : batch.changes()) {
                results.add(new ChangeResult.Applied(change.changeId(), ++version, false, true));
                pushed.add(space + "/" + change.id());
            }
            Page page = new Page(List.of(), "c" + version, version, false);
            Thread.ofVirtual()
                    .start(() -> then.accept(new Reply.Ok<>(new Pushed(results, page, false))));
            return () -> {};
        }

        @Override
        public Call receipts(
                String space, List<UUID> changeIds, Consumer<Reply<List<ChangeResult>>> then) {
            throw new AssertionError("nothing is ever without an answer");
        }

        @Override
        public synchronized Call page(
                String space,
                String deviceId,
                @Nullable String cursor,
                int limit,
                Consumer<Reply<Page>> then) {
            read.add(space);
            Page page = new Page(List.of(), "c" + version, version, false);
            Thread.ofVirtual().start(() -> then.accept(new Reply.Ok<>(page)));
            return () -> {};
        }

        @Override
        public Call live(String space, String deviceId, String cursor, Live listener) {
            streams.add(listener);
            return () -> streams.remove(listener);
        }
    }

    @BeforeEach
    void open() {
        client = ReconvergeClient.open(folder, SETTINGS, () -> null, _ -> server);
    }

    @AfterEach
    void close() {
        client.close();
    }

    private static String next(BlockingQueue<String> queue) throws InterruptedException {
        String next = queue.poll(30, TimeUnit.SECONDS);
        assertThat(next).isNotNull();
        return next;
    }

    @Test
    void what_was_written_before_and_after_the_start_is_sent_and_of_new_spaces_as_well()
            throws Exception {
        client.me().put("note", "1", json("{}"));
        client.replica().space("shared").put("note", "2", json("{}"));
        assertThat(server.pushed).isEmpty();

        client.start();
        assertThat(List.of(next(server.pushed), next(server.pushed)))
                .containsExactlyInAnyOrder("me/1", "shared/2");
        client.replica().space("new").put("note", "3", json("{}"));
        assertThat(next(server.pushed)).isEqualTo("new/3");
        client.sync(SpaceId.ME).join();
        assertThat(client.currentStatus(SpaceId.ME).counts().pending()).isZero();
        assertThat(client.currentStatus(SpaceId.ME).lastSuccessMillis()).isNotNull();
        client.close();
        assertThat(server.streams).isEmpty();
    }

    @Test
    void a_sync_needs_no_start_and_starts_nothing() {
        client.me().put("note", "1", json("{}"));
        assertThat(client.sync(SpaceId.ME).join().pushed().applied()).isEqualTo(1);
        assertThat(client.sync(SpaceId.ME).join().hasEffect()).isFalse();
        assertThat(client.currentStatus(SpaceId.ME).phase()).isEqualTo(Status.Phase.STOPPED);
        assertThat(server.streams).isEmpty();
    }

    @Test
    void the_switch_is_kept_in_the_file_and_heeded_by_every_process() throws Exception {
        client.pause();
        client.close();
        open();
        assertThat(client.isPaused()).isTrue();
        assertThat(client.sync(SpaceId.ME).join().ending()).isEqualTo(Ending.PAUSED);
        client.start();
        try (Replica other =
                Replica.open(folder.resolve("replica.db"), ReplicaSettings.defaults())) {
            other.setPaused(false);
        }
        assertThat(next(server.read)).isEqualTo("me");
        assertThat(client.isPaused()).isFalse();
    }

    @Test
    void what_another_process_writes_is_sent_soon() throws Exception {
        client.start();
        assertThat(next(server.read)).isEqualTo("me");
        try (Replica other =
                Replica.open(folder.resolve("replica.db"), ReplicaSettings.defaults())) {
            other.me().put("note", "1", json("{}"));
            other.space("theirs").put("note", "2", json("{}"));
        }
        assertThat(List.of(next(server.pushed), next(server.pushed)))
                .containsExactlyInAnyOrder("me/1", "theirs/2");
    }

    @Test
    void what_the_platform_says_counts_for_spaces_that_come_later_too() {
        client.connectivity(false);
        assertThat(client.sync("a").join().ending()).isEqualTo(Ending.OFFLINE);
        client.signedOut();
        assertThat(client.sync("b").join().ending()).isEqualTo(Ending.SIGNED_OUT);
        client.signedIn();
        client.connectivity(true);
        assertThat(client.sync("a").join().isDone()).isTrue();
        assertThat(client.sync("b").join().isDone()).isTrue();
    }

    @Test
    void a_closed_client_says_so_and_can_be_closed_again() {
        client.start();
        client.close();
        client.close();
        assertThatIllegalStateException().isThrownBy(() -> client.sync(SpaceId.ME));
        assertThatIllegalStateException().isThrownBy(() -> client.me().put("n", "1", json("{}")));
    }
}
