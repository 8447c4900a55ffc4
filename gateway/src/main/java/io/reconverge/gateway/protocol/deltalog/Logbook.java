package io.reconverge.gateway.protocol.deltalog;

import io.reconverge.gateway.feed.LogPage;
import io.reconverge.gateway.feed.SpaceStatus;
import io.reconverge.gateway.protocol.Core;
import io.reconverge.gateway.protocol.deltalog.DeltaAnswer.Delta;
import io.reconverge.service.identity.Caller;
import io.reconverge.service.problem.ProblemException;
import io.reconverge.service.request.DeviceId;
import io.reconverge.wire.ChangeResult;
import io.reconverge.wire.Problem;
import io.reconverge.wire.ProblemType;
import io.reconverge.wire.SyncRequest;
import io.reconverge.wire.TimedEntity;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/// A user's entries and goals, in their own space.
@Component
@ConditionalOnBooleanProperty(name = Logbook.SWITCH, matchIfMissing = true)
final class Logbook {

    static final String SWITCH = "reconverge.gateway.protocols.deltalog";

    private static final String DEVICE_HEADER = "X-Device-ID";
    private static final int ROWS = 2_000;
    private static final int ENTITIES = 2_000;

    private final Core core;

    Logbook(Core core) {
        this.core = core;
    }

    /// Who reads and writes, and where.
    ///
    /// @param deviceId empty when the client named none
    record Visit(ServerWebExchange exchange, Caller caller, UUID space, String deviceId) {

        /// @throws ProblemException `malformed-request` when the device's id cannot be one
        static Visit of(ServerWebExchange exchange, Caller caller) {
            HttpHeaders headers = exchange.getRequest().getHeaders();
            String device = DeviceId.of(headers, DEVICE_HEADER);
            return new Visit(
                    exchange,
                    caller,
                    caller.own(),
                    Objects.requireNonNullElse(device == null ? DeviceId.of(headers) : device, ""));
        }
    }

    long now() {
        return core.now();
    }

    /// Writes what can be written. What cannot keeps nothing else from being written.
    ///
    /// @return one verdict a change, in their order
    Mono<List<Verdict>> write(Visit visit, List<Sent> sent) {
        List<Sent> checked = sent.stream().map(this::checked).toList();
        List<Sent.Writable> writable =
                checked.stream()
                        .filter(Sent.Writable.class::isInstance)
                        .map(Sent.Writable.class::cast)
                        .toList();
        return Flux.fromIterable(writable)
                .buffer(SyncRequest.CHANGES_MAX)
                .concatMap(some ->
                        core.write(
                                visit.exchange(),
                                visit.caller(),
                                visit.space(),
                                visit.deviceId(),
                                some.stream().map(Sent.Writable::change).toList(),
                                false))
                .concatMapIterable(results -> results)
                .collectList()
                .map(results -> verdicts(checked, results));
    }

    private Sent checked(Sent sent) {
        if (!(sent instanceof Sent.Writable writable)) {
            return sent;
        }
        Problem problem = core.refusal(writable.change());
        return problem == null
                ? sent
                : new Sent.Unfit(
                        sent.changeId(), sent.kind(), sent.entityId(), Verdict.reason(problem));
    }

    private static List<Verdict> verdicts(List<Sent> sent, List<ChangeResult> results) {
        Iterator<ChangeResult> next = results.iterator();
        List<Verdict> verdicts = new ArrayList<>();
        for (Sent one : sent) {
            verdicts.add(
                    switch (one) {
                        case Sent.Writable writable -> Verdict.of(writable, next.next());
                        case Sent.Unfit unfit -> Verdict.of(unfit);
                    });
        }
        return verdicts;
    }

    /// @param deltas in the order in which to apply them
    /// @param version how far they reach
    record News(List<Delta> deltas, long version, boolean hasMore) {}

    /// What came after a version. Where the log does not go back so far, or never came so far, it
    /// is all that there is.
    ///
    /// @param names of changes whose ids do not tell them
    Mono<News> since(Visit visit, long version, Map<UUID, String> names) {
        return core.log(visit.exchange(), visit.deviceId(), visit.space(), version, ROWS)
                .flatMap(page -> {
                    if (version == 0 && lacksItsBeginning(page)) {
                        return everything(visit);
                    }
                    List<Delta> deltas = deltas(page, names);
                    return deltas.isEmpty() && page.hasMore()
                            ? since(visit, page.version(), names)
                            : Mono.just(new News(deltas, page.version(), page.hasMore()));
                })
                .onErrorResume(
                        failure -> failure instanceof ProblemException refused && expired(refused),
                        expired -> everything(visit));
    }

    private static boolean lacksItsBeginning(LogPage page) {
        return page.entries().isEmpty()
                ? page.version() > 0
                : page.entries().getFirst().version() > 1;
    }

    private static List<Delta> deltas(LogPage page, Map<UUID, String> names) {
        return page.entries().stream().flatMap(row -> Deltas.of(row, names).stream()).toList();
    }

    private static List<Delta> deltas(List<TimedEntity> entities) {
        return entities.stream().flatMap(entity -> Deltas.of(entity).stream()).toList();
    }

    private static boolean expired(ProblemException refused) {
        return refused.problem().type().equals(ProblemType.CURSOR_EXPIRED.urn());
    }

    /// The version is read first: what comes in between is read twice, and nothing is missed.
    private Mono<News> everything(Visit visit) {
        return status(visit)
                .flatMap(status ->
                        entities(visit)
                                .map(Logbook::deltas)
                                .map(deltas -> new News(deltas, status.version(), false)));
    }

    /// All entries and goals as they stand, tombstones too, in the order of their last changes.
    ///
    /// @return fails with a [ProblemException], `too-large` among others
    Mono<List<TimedEntity>> entities(Visit visit) {
        return core.everything(
                        visit.exchange(),
                        visit.deviceId(),
                        List.of(visit.space()),
                        Kind.TYPES,
                        ENTITIES)
                .collectList()
                .map(pages -> {
                    if (pages.getLast().hasMore()) {
                        throw core.tooMuch();
                    }
                    return pages.stream().flatMap(page -> page.changes().stream()).toList();
                });
    }

    Mono<SpaceStatus> status(Visit visit) {
        return core.status(visit.exchange(), visit.space());
    }
}
