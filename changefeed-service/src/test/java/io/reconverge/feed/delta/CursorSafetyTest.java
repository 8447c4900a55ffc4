package io.reconverge.feed.delta;

import static org.assertj.core.api.Assertions.assertThat;

import io.reconverge.feed.Commits;
import io.reconverge.feed.Feed;
import io.reconverge.feed.Listener;
import io.reconverge.feed.Replica;
import io.reconverge.feed.Write;
import io.reconverge.parts.OnParts;
import io.reconverge.wire.ChangeEvent;
import io.reconverge.wire.Entity;
import io.reconverge.wire.SpaceId;
import io.reconverge.wire.WireJson;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// I4: a reader that follows cursors to the end holds, for every entity, its latest version; no
/// interleaving of commits and reads makes it miss one.
@OnParts
class CursorSafetyTest {

    private static final List<String> TYPES = List.of("note", "task", "photo");
    private static final int WRITERS_PER_SPACE = 2;
    private static final int COMMITS = 25;
    private static final int READERS_PER_SPACE = 2;

    private final Feed feed = Feed.shared();

    /// What a reader held when it had read all there was, up to a version.
    private record Sight(String user, List<String> types, long version, Map<String, Long> held) {}

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void readers_paging_while_writers_commit_on_several_spaces_miss_nothing(long seed)
            throws Exception {
        List<String> users = List.of("safety-a-" + seed, "safety-b-" + seed, "safety-c-" + seed);
        var writing = new AtomicInteger(users.size() * WRITERS_PER_SPACE);
        List<Future<?>> writers = new ArrayList<>();
        List<Future<List<Sight>>> readers = new ArrayList<>();
        var random = new Random(seed);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (String user : users) {
                for (int i = 0; i < WRITERS_PER_SPACE; i++) {
                    var own = new Random(random.nextLong());
                    writers.add(threads.submit(() -> write(user, own, writing)));
                }
                for (int i = 0; i < READERS_PER_SPACE; i++) {
                    var own = new Random(random.nextLong());
                    readers.add(threads.submit(() -> read(user, own, writing)));
                }
            }
        }
        for (Future<?> writer : writers) {
            writer.get();
        }
        for (Future<List<Sight>> reader : readers) {
            expectNothingMissed(reader.get());
        }
    }

    private void write(String user, Random random, AtomicInteger writing) {
        try (var commits = new Commits(feed.isolation())) {
            List<ChangeEvent> held = new ArrayList<>();
            for (int i = 0; i < COMMITS; i++) {
                held.addAll(commits.commit(user, writes(random)));
                // what the other writer of this space publishes may go before: the tail has gaps
                if (random.nextInt(3) == 0) {
                    commits.publish(held);
                    held.clear();
                }
            }
        } finally {
            writing.decrementAndGet();
        }
    }

    private static Write[] writes(Random random) {
        var writes = new Write[1 + random.nextInt(5)];
        for (int i = 0; i < writes.length; i++) {
            String type = TYPES.get(random.nextInt(TYPES.size()));
            String id = "id-" + random.nextInt(12);
            writes[i] =
                    switch (random.nextInt(8)) {
                        case 0 -> Write.delete(type, id);
                        case 1 -> Write.superseded(type, id, "{\"lost\":true}");
                        default -> Write.put(type, id, "{\"n\":%d}".formatted(random.nextInt()));
                    };
        }
        return writes;
    }

    private List<Sight> read(String user, Random random, AtomicInteger writing) {
        List<String> types =
                random.nextBoolean() ? TYPES : List.of(TYPES.get(random.nextInt(TYPES.size())));
        List<Sight> sights = new ArrayList<>();
        var replica = new Replica();
        String cursor = "";
        boolean last = false;
        while (true) {
            boolean ended = writing.get() == 0;
            JsonNode page = feed.get(user, uri(random, types, cursor));
            page.get("changes").forEach(entity -> take(replica, entity));
            replica.readTo(page.get("version").longValue());
            cursor = page.get("cursor").stringValue();
            // before that, what moved beyond the page is yet to come
            if (page.get("hasMore").booleanValue()) {
                continue;
            }
            sights.add(new Sight(user, types, replica.read(), replica.versions()));
            if (last) {
                return sights;
            }
            last = ended;
        }
    }

    private static String uri(Random random, List<String> types, String cursor) {
        return "/v1/spaces/me/changes?limit=%d&wait=%d&cursor=%s&%s"
                .formatted(
                        1 + random.nextInt(20),
                        random.nextInt(8) == 0 ? 1 : 0,
                        cursor,
                        types.size() > 1 ? "" : "type=" + types.getFirst());
    }

    private static void take(Replica replica, JsonNode entity) {
        replica.take(WireJson.MAPPER.treeToValue(entity, Entity.class));
    }

    /// Against the log: of each entity, a reader holds what its last change up to there made of it.
    private void expectNothingMissed(List<Sight> sights) {
        Sight end = sights.getLast();
        Map<String, Long> truth = new HashMap<>(Replica.truth(feed.commits(), end.user()));
        truth.keySet().removeIf(name -> !isOf(end.types(), name));
        assertThat(end.held()).isEqualTo(truth);
        Map<String, Long> log =
                feed.commits()
                        .numbers(
                                """
                                select version || ' ' || type || '/' || id, version from log
                                 where space_id = ? and entity_version = version
                                """,
                                SpaceId.personal(end.user()));
        assertThat(end.version())
                .isEqualTo(
                        feed.commits()
                                .number(
                                        "select head from space where space_id = ?",
                                        SpaceId.personal(end.user())));
        for (Sight sight : sights) {
            List<String> missed = new ArrayList<>();
            log.forEach((row, version) -> {
                String name = row.substring(row.indexOf(' ') + 1);
                if (version <= sight.version()
                        && isOf(sight.types(), name)
                        && sight.held().getOrDefault(name, 0L) < version) {
                    missed.add(row);
                }
            });
            assertThat(missed).as("at version %d", sight.version()).isEmpty();
        }
    }

    private static boolean isOf(List<String> types, String name) {
        return types.contains(name.substring(0, name.indexOf('/')));
    }

    @Test
    void a_stream_cut_at_any_event_resumes_without_missing_or_repeating() {
        var random = new Random(7);
        String user = "safety-cuts";
        var replica = new Replica();
        Listener listener = Listener.to(feed.as(user), "");
        try {
            String id = listener.nextCaughtUp().id();
            for (int cut = 0; cut < 12; cut++) {
                List<ChangeEvent> late = new ArrayList<>();
                for (int i = 0; i < 5; i++) {
                    late.addAll(feed.commits().commit(user, writes(random)));
                    if (random.nextBoolean()) {
                        feed.commits().publish(late);
                        late.clear();
                    }
                }
                for (int events = random.nextInt(6); events > 0; events--) {
                    id = hear(replica, listener);
                }
                listener.close();
                feed.commits().publish(late);
                listener = Listener.after(feed.as(user), id);
            }
            long head =
                    feed.commits()
                            .number(
                                    "select head from space where space_id = ?",
                                    SpaceId.personal(user));
            while (replica.read() < head) {
                id = hear(replica, listener);
            }
            assertThat(replica.versions()).isEqualTo(Replica.truth(feed.commits(), user));
        } finally {
            listener.close();
        }
    }

    private static String hear(Replica replica, Listener listener) {
        Listener.Heard heard = listener.next();
        if ("change".equals(heard.event())) {
            replica.take(heard.entity());
        } else {
            replica.readTo(heard.version());
        }
        return heard.id();
    }
}
