package io.reconverge.client.sync;

import io.reconverge.client.replica.Batch;
import io.reconverge.client.replica.ModelServer;
import io.reconverge.client.replica.Page;
import io.reconverge.wire.Change;
import io.reconverge.wire.ChangeResult;
import io.reconverge.wire.Entity;
import io.reconverge.wire.Problem;
import io.reconverge.wire.ProblemType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A network between devices and the server that loses, delays, repeats and reorders requests,
/// loses answers, gives answers that are none, and cuts streams; and a client's side that gives up.
final class SimulatedNetwork {

    private static final long TIMEOUT_MILLIS = 20_000;

    private final VirtualTime time;
    private final Random random;
    private final ModelServer server;
    private final List<Stream> streams = new ArrayList<>();
    private final int faultsInHundred;
    private boolean calm;

    /// How often each thing happened, for those who wonder whether anything did.
    final Map<String, Integer> seen = new TreeMap<>();

    SimulatedNetwork(VirtualTime time, Random random, ModelServer server, int faultsInHundred) {
        this.time = time;
        this.random = random;
        this.server = server;
        this.faultsInHundred = faultsInHundred;
    }

    /// From here on everything arrives, soon.
    void becomeCalm() {
        calm = true;
    }

    /// The network as one device sees it.
    ///
    /// @param asked told before each request of the changes in it
    Transport of(Consumer<List<UUID>> asked) {
        return new Transport() {
            @Override
            public Call push(String space, Batch batch, Consumer<Reply<Pushed>> then) {
                asked.accept(batch.changes().stream().map(Change::changeId).toList());
                return new Flight<>(then, batch.changes(), () -> pushed(batch));
            }

            @Override
            public Call receipts(
                    String space, List<UUID> changeIds, Consumer<Reply<List<ChangeResult>>> then) {
                asked.accept(List.of());
                return new Flight<>(
                        then, List.of(), () -> new Reply.Ok<>(server.receipts(changeIds)));
            }

            @Override
            public Call page(
                    String space,
                    String deviceId,
                    @Nullable String cursor,
                    int limit,
                    Consumer<Reply<Page>> then) {
                asked.accept(List.of());
                return new Flight<>(
                        then,
                        List.of(),
                        () -> {
                            Page page = read(cursor, limit);
                            return page == null
                                    ? new Reply.CursorExpired<>()
                                    : new Reply.Ok<>(page);
                        });
            }

            @Override
            public Call live(String space, String deviceId, String cursor, Live listener) {
                return new Stream(cursor, listener);
            }
        };
    }

    private Reply<Pushed> pushed(Batch batch) {
        List<ChangeResult> results = server.push(batch.deviceId(), batch.changes());
        if (!calm && random.nextInt(10) == 0) {
            return new Reply.Ok<>(new Pushed(results, null, false));
        }
        Page page = read(batch.cursor(), batch.limit());
        return new Reply.Ok<>(new Pushed(results, page, page == null));
    }

    private @Nullable Page read(@Nullable String cursor, int limit) {
        return server.page(cursor, calm ? limit : 1 + random.nextInt(5));
    }

    private long latency() {
        return random.nextLong(5, calm ? 25 : 305);
    }

    private boolean strikes() {
        return !calm && random.nextInt(100) < faultsInHundred;
    }

    private void count(String what) {
        seen.merge(what, 1, Integer::sum);
    }

    /// The server may have something new for those who listen.
    void stir() {
        List.copyOf(streams).forEach(Stream::wake);
    }

    /// One request, and what becomes of it.
    private final class Flight<T> implements Transport.Call {

        private final Consumer<Reply<T>> then;
        private final Supplier<Reply<T>> service;
        private boolean ended;
        private boolean cancelled;

        Flight(Consumer<Reply<T>> then, List<Change> changes, Supplier<Reply<T>> service) {
            this.then = then;
            this.service = service;
            time.after(TIMEOUT_MILLIS, () -> end(new Reply.NetworkFailed<>(true, "timed out")));
            if (!strikes()) {
                time.after(latency(), () -> answer(serve(), latency()));
                return;
            }
            switch (random.nextInt(changes.isEmpty() ? 10 : 11)) {
                case 0 -> fails("no connection", new Reply.NetworkFailed<>(false, "no route"));
                case 1 -> fails("request lost", new Reply.NetworkFailed<>(true, "reset"));
                case 2 -> {
                    count("silence");
                }
                case 3 ->
                        fails(
                                "busy",
                                new Reply.Busy<>(
                                        random.nextBoolean() ? 0 : random.nextInt(30_000), "429"));
                case 4 -> fails("unauthorized", new Reply.Unauthorized<>("401"));
                case 5 -> {
                    if (random.nextBoolean()) {
                        time.after(latency(), this::serve);
                    }
                    fails("server failed", failed(ProblemType.INTERNAL_ERROR, changes, Set.of()));
                }
                case 6 -> {
                    time.after(latency(), this::serve);
                    fails("answer lost", new Reply.NetworkFailed<>(true, "reset"));
                }
                case 7 -> {
                    count("late");
                    time.after(
                            random.nextInt(60_000), () -> answer(serve(), random.nextInt(30_000)));
                }
                case 8 -> {
                    count("again later");
                    time.after(latency(), () -> answer(serve(), latency()));
                    time.after(random.nextInt(60_000), this::serve);
                }
                case 9 -> {
                    count("again, and the second answer counts");
                    time.after(latency(), this::serve);
                    time.after(latency(), () -> answer(serve(), latency()));
                }
                default ->
                        fails(
                                "invalid",
                                failed(
                                        ProblemType.INVALID_ENTITY,
                                        changes,
                                        random.nextInt(3) == 0
                                                ? Set.of()
                                                : Set.of(random.nextInt(changes.size()))));
            }
        }

        private Reply<T> failed(ProblemType type, List<Change> changes, Set<Integer> faulty) {
            changes.forEach(change -> server.everRefused().add(change.changeId()));
            return new Reply.Failed<>(Problem.of(type, "mood"), faulty);
        }

        private Reply<T> serve() {
            Reply<T> reply = service.get();
            stir();
            return reply;
        }

        private void answer(Reply<T> reply, long afterMillis) {
            time.after(afterMillis, () -> end(reply));
        }

        private void fails(String what, Reply<T> reply) {
            count(what);
            time.after(latency(), () -> end(reply));
        }

        private void end(Reply<T> reply) {
            if (!ended) {
                ended = true;
                if (!cancelled || random.nextBoolean()) {
                    then.accept(reply);
                }
            }
        }

        @Override
        public void cancel() {
            cancelled = true;
        }
    }

    /// A live stream.
    private final class Stream implements Transport.Call {

        private final Transport.Live listener;
        private String cursor;
        private boolean caughtUp;
        private boolean waking;

        Stream(String cursor, Transport.Live listener) {
            this.cursor = cursor;
            this.listener = listener;
            streams.add(this);
            wake();
        }

        void wake() {
            if (!waking) {
                waking = true;
                time.after(latency(), this::bring);
            }
        }

        private void bring() {
            waking = false;
            if (!streams.contains(this)) {
                return;
            }
            Page page = server.page(cursor, 100);
            if (page == null) {
                end(Transport.LiveEnd.CURSOR_EXPIRED);
                return;
            }
            for (Entity entity : page.changes()) {
                if (!calm && random.nextInt(25) == 0) {
                    end(cut());
                    return;
                }
                cursor = server.cursor(entity.version());
                listener.change(entity, cursor);
            }
            cursor = page.cursor();
            if (!caughtUp) {
                caughtUp = true;
                listener.caughtUp(cursor);
            }
        }

        private Transport.LiveEnd cut() {
            return switch (random.nextInt(5)) {
                case 0 -> Transport.LiveEnd.TOKEN_EXPIRED;
                case 1 -> Transport.LiveEnd.UNAUTHORIZED;
                default -> Transport.LiveEnd.LOST;
            };
        }

        private void end(Transport.LiveEnd end) {
            count("live " + end);
            streams.remove(this);
            listener.ended(end);
        }

        @Override
        public void cancel() {
            streams.remove(this);
        }
    }
}
