package io.reconverge.client.sync;

import io.reconverge.client.replica.Batch;
import io.reconverge.client.replica.Exchange;
import io.reconverge.client.replica.Page;
import io.reconverge.client.replica.Place;
import io.reconverge.client.replica.Replica;
import io.reconverge.client.sync.SyncEvent.Ended;
import io.reconverge.wire.ChangeResult;
import io.reconverge.wire.Problem;
import io.reconverge.wire.ProblemType;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The requests of a space's runs: at most one is in the air.
///
/// Each ends in one event, reported after what came was stored. What the replica throws on the way
/// is such an end too. All methods are the loop's.
final class Requests {

    private static final Logger LOG = LoggerFactory.getLogger(Requests.class);

    private final Replica replica;
    private final String space;
    private final Exchange exchange;
    private final Transport transport;
    private final EventLoop loop;
    private final Consumer<SyncEvent> report;

    /// The number of the request in the air; 0 for none.
    private long awaited;

    private Transport.Call call = () -> {};

    Requests(
            Replica replica,
            String space,
            Transport transport,
            EventLoop loop,
            Consumer<SyncEvent> report) {
        this.replica = replica;
        this.space = space;
        this.exchange = replica.space(space).exchange();
        this.transport = transport;
        this.loop = loop;
        this.report = report;
    }

    /// Asks the replica what there is to do.
    void look(long request, CurrentRun run) {
        begin(
                request,
                run,
                () -> {
                    run.begun(exchange.begin());
                    return left(request, run, false);
                });
    }

    void receipts(long request, CurrentRun run) {
        begin(
                request,
                run,
                () -> {
                    List<UUID> ids = exchange.receiptsToAsk(run.run());
                    if (ids.isEmpty()) {
                        return left(request, run, false);
                    }
                    run.requested();
                    call =
                            transport.receipts(
                                    space,
                                    ids,
                                    then(request, run, reply -> asked(request, run, reply)));
                    return null;
                });
    }

    private Ended asked(long request, CurrentRun run, Reply<List<ChangeResult>> reply) {
        return switch (reply) {
            case Reply.Ok(List<ChangeResult> results) -> {
                run.pushed(exchange.settleReceipts(run.run(), results));
                yield left(request, run, false);
            }
            case Reply.Failure<List<ChangeResult>> failure -> failed(request, run, failure);
        };
    }

    void push(long request, CurrentRun run) {
        begin(
                request,
                run,
                () -> {
                    Batch batch = exchange.take(run.run()).orElse(null);
                    if (batch == null) {
                        return left(request, run, false);
                    }
                    run.requested();
                    call =
                            transport.push(
                                    space,
                                    batch,
                                    then(
                                            request,
                                            run,
                                            reply -> pushed(request, run, batch, reply)));
                    return null;
                });
    }

    private Ended pushed(long request, CurrentRun run, Batch batch, Reply<Pushed> reply) {
        switch (reply) {
            case Reply.Ok(Pushed pushed) -> {
                run.pushed(exchange.settle(run.run(), batch.request(), pushed.results()));
                Page page = pushed.page();
                if (pushed.cursorExpired()) {
                    return cursorExpired(request, run);
                }
                return page == null
                        ? left(request, run, false)
                        : read(request, run, batch.cursor(), page);
            }
            case Reply.Failure<Pushed> failure -> {
                switch (failure) {
                    case Reply.Busy<Pushed> _, Reply.Unauthorized<Pushed> _ ->
                            exchange.notAccepted(batch.request());
                    case Reply.NetworkFailed<Pushed>(boolean accepted, _) -> {
                        if (!accepted) {
                            exchange.notAccepted(batch.request());
                        }
                    }
                    case Reply.Failed<Pushed>(Problem problem, var faulty) -> {
                        if (isOfCursor(problem)) {
                            exchange.notAccepted(batch.request());
                        } else {
                            exchange.serverFailed(batch.request(), problem, faulty);
                        }
                    }
                    case Reply.CursorExpired<Pushed> _ -> {}
                }
                return failed(request, run, failure);
            }
        }
    }

    void pull(long request, CurrentRun run) {
        begin(
                request,
                run,
                () -> {
                    Place place = exchange.place();
                    run.requested();
                    call =
                            transport.page(
                                    space,
                                    replica.deviceId(),
                                    place.cursor(),
                                    place.limit(),
                                    then(
                                            request,
                                            run,
                                            reply -> pulled(request, run, place, reply)));
                    return null;
                });
    }

    private Ended pulled(long request, CurrentRun run, Place from, Reply<Page> reply) {
        return switch (reply) {
            case Reply.Ok(Page page) -> read(request, run, from.cursor(), page);
            case Reply.Failure<Page> failure -> failed(request, run, failure);
        };
    }

    private Ended read(long request, CurrentRun run, @Nullable String from, Page page) {
        return switch (exchange.page(from, page)) {
            case STORED -> {
                run.pulled(page.changes().size());
                yield left(request, run, !page.hasMore());
            }
            case STALE -> left(request, run, false);
            case STUCK -> {
                run.failed("the server says that there is more, and does not go on");
                yield new SyncEvent.ServerFailed(request, loop.jitter());
            }
        };
    }

    private Ended left(long request, CurrentRun run, boolean caughtUp) {
        return SyncEvent.answered(request, exchange.left(run.run()), caughtUp, loop.jitter());
    }

    private Ended cursorExpired(long request, CurrentRun run) {
        run.failed("the server no longer knows how far this device has read");
        exchange.cursorExpired();
        return new SyncEvent.CursorExpired(request, loop.jitter());
    }

    private Ended failed(long request, CurrentRun run, Reply.Failure<?> failure) {
        return switch (failure) {
            case Reply.Unauthorized<?>(String why) -> {
                run.failed(why);
                yield new SyncEvent.Unauthorized(request);
            }
            case Reply.CursorExpired<?> _ -> cursorExpired(request, run);
            case Reply.Busy<?>(long retryAfterMillis, String why) -> {
                run.failed(why);
                yield new SyncEvent.ServerBusy(request, retryAfterMillis, loop.jitter());
            }
            case Reply.NetworkFailed<?>(_, String why) -> {
                run.failed(why);
                yield new SyncEvent.NetworkFailed(request, loop.jitter());
            }
            case Reply.Failed<?>(Problem problem, _) -> {
                if (isOfCursor(problem)) {
                    yield cursorExpired(request, run);
                }
                run.failed(problem.status() + " " + problem.detail());
                yield new SyncEvent.ServerFailed(request, loop.jitter());
            }
        };
    }

    /// A cursor that is not taken will not be the next time either: the same as one that expired.
    private static boolean isOfCursor(Problem problem) {
        return problem.type().equals(ProblemType.INVALID_CURSOR.urn());
    }

    /// Gives up the request in the air. What comes of it is dropped.
    void cancel() {
        awaited = 0;
        call.cancel();
    }

    /// @param work null where it asked the server; else how the request ends
    private void begin(long request, CurrentRun run, Supplier<@Nullable Ended> work) {
        awaited = request;
        call = () -> {};
        Ended end = guarded(request, run, work);
        if (end != null) {
            // not at once: the machine's other actions come before
            loop.execute(() -> end(request, () -> end));
        }
    }

    private <T> Consumer<Reply<T>> then(
            long request, CurrentRun run, Function<Reply<T>, Ended> store) {
        return reply ->
                loop.execute(
                        () -> end(request, () -> guarded(request, run, () -> store.apply(reply))));
    }

    private void end(long request, Supplier<@Nullable Ended> end) {
        if (awaited == request) {
            awaited = 0;
            Ended ended = end.get();
            if (ended != null) {
                report.accept(ended);
            }
        }
    }

    private @Nullable Ended guarded(long request, CurrentRun run, Supplier<@Nullable Ended> work) {
        try {
            return work.get();
        } catch (RuntimeException | Error e) {
            LOG.warn("A sync of {} failed at the replica.", space, e);
            run.failed(e.getMessage() == null ? e.toString() : e.getMessage());
            return new SyncEvent.ReplicaFailed(request, loop.jitter());
        }
    }
}
