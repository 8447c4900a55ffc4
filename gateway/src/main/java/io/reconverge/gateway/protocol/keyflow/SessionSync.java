package io.reconverge.gateway.protocol.keyflow;

import io.reconverge.gateway.protocol.Core;
import io.reconverge.gateway.protocol.ProtocolMeters;
import io.reconverge.service.identity.Caller;
import io.reconverge.service.problem.ProblemException;
import io.reconverge.wire.Change;
import io.reconverge.wire.ChangeResult;
import io.reconverge.wire.Entity;
import io.reconverge.wire.EntityKey;
import io.reconverge.wire.ProblemType;
import io.reconverge.wire.TimedEntity;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/// Has sessions written as their verdicts say. A verdict is of what stood when it was made: what
/// others wrote in between refuses its changes, and the session is looked at anew.
@Component
@OnKeyflow
final class SessionSync {

    private static final String SESSIONS = "sessions";
    private static final int PAIRS_AT_ONCE = 16;

    private final Core core;
    private final ProtocolMeters meters;

    SessionSync(Core core, ProtocolMeters meters) {
        this.core = core;
        this.meters = meters;
    }

    /// What became of a session.
    record Settled(String id, Verdict verdict) {}

    private record Tried(Incoming sent, Verdict verdict) {}

    /// @return in the order in which they were settled; fails with a [ProblemException]:
    ///   `unavailable` when others wrote the same sessions all the time, and what [Core#write]
    ///   fails with. Sent again as it is, the request goes on where it was
    Mono<List<Settled>> sync(
            ServerWebExchange exchange, Caller caller, SessionsReader.Request request) {
        Run run = new Run(exchange, caller, request.deviceId());
        return Flux.fromIterable(waves(request.sessions()))
                .concatMap(wave -> run.round(wave, 1))
                .collectList()
                .map(waves -> waves.stream().flatMap(List::stream).toList())
                .flatMap(settled -> run.singles(request.singles()).thenReturn(settled));
    }

    /// One after the other what the same request says of the same session.
    private static List<List<Incoming>> waves(List<Incoming> sessions) {
        Map<String, Integer> times = new HashMap<>();
        return List.copyOf(
                sessions.stream()
                        .collect(
                                Collectors.groupingBy(
                                        session -> times.merge(session.id(), 1, Integer::sum),
                                        TreeMap::new,
                                        Collectors.toList()))
                        .values());
    }

    private final class Run {

        private final ServerWebExchange exchange;
        private final Caller caller;
        private final UUID space;
        private final String device;

        Run(ServerWebExchange exchange, Caller caller, String device) {
            this.exchange = exchange;
            this.caller = caller;
            this.space = caller.own();
            this.device = device;
        }

        /// Whether they win or lose, they are in the log then.
        Mono<Void> singles(List<Change> changes) {
            return send(changes, false)
                    .doOnNext(results -> results.forEach(SingleController::requireTaken))
                    .then();
        }

        Mono<List<Settled>> round(List<Incoming> sessions, int attempt) {
            List<EntityKey> keys =
                    sessions.stream()
                            .map(session -> new EntityKey(Keyflow.SESSION, session.id()))
                            .toList();
            return core.find(exchange, keys)
                    .map(found -> verdicts(sessions, found))
                    .flatMap(tried -> write(tried, attempt));
        }

        private List<Tried> verdicts(List<Incoming> sessions, List<TimedEntity> found) {
            Map<String, Entity> standing =
                    found.stream()
                            .filter(entity -> entity.space().equals(space))
                            .collect(Collectors.toMap(TimedEntity::id, TimedEntity::entity));
            return sessions.stream()
                    .map(sent -> new Tried(sent, Verdict.of(standing.get(sent.id()), sent, device)))
                    .toList();
        }

        private Mono<List<Settled>> write(List<Tried> tried, int attempt) {
            return Mono.zip(
                            alone(withChanges(tried, 1)),
                            inPairs(withChanges(tried, 2)),
                            (some, others) ->
                                    Stream.of(some, others).flatMap(List::stream).toList())
                    .flatMap(again -> rest(tried, again, attempt));
        }

        private static List<Tried> withChanges(List<Tried> tried, int changes) {
            return tried.stream().filter(one -> one.verdict().changes().size() == changes).toList();
        }

        /// @return what did not take
        private Mono<List<Incoming>> alone(List<Tried> tried) {
            List<Change> changes =
                    tried.stream().map(one -> one.verdict().changes().getFirst()).toList();
            return send(changes, false)
                    .map(results ->
                            IntStream.range(0, tried.size())
                                    .filter(i -> !took(tried.get(i).verdict(), results.get(i)))
                                    .mapToObj(i -> tried.get(i).sent())
                                    .toList());
        }

        /// Each pair is a write of its own, which both changes take or neither.
        ///
        /// @return what did not take
        private Mono<List<Incoming>> inPairs(List<Tried> tried) {
            return Flux.fromIterable(tried)
                    .flatMap(
                            pair ->
                                    send(pair.verdict().changes(), true)
                                            .filter(results ->
                                                    !results.stream()
                                                            .allMatch(result ->
                                                                    took(pair.verdict(), result)))
                                            .map(results -> pair.sent()),
                            PAIRS_AT_ONCE)
                    .collectList();
        }

        private Mono<List<ChangeResult>> send(List<Change> changes, boolean atomic) {
            return core.write(exchange, caller, space, device, changes, atomic)
                    .doOnNext(results -> meters.decided(Keyflow.PROTOCOL, SESSIONS, results));
        }

        private Mono<List<Settled>> rest(List<Tried> tried, List<Incoming> again, int attempt) {
            Set<String> unsettled = again.stream().map(Incoming::id).collect(Collectors.toSet());
            List<Settled> settled = new ArrayList<>();
            for (Tried one : tried) {
                if (!unsettled.contains(one.sent().id())) {
                    settled.add(new Settled(one.sent().id(), one.verdict()));
                }
            }
            if (again.isEmpty()) {
                return Mono.just(settled);
            }
            if (attempt == Keyflow.ATTEMPTS) {
                return Mono.error(
                        ProblemException.unavailable(
                                "Others write to the same sessions all the time."));
            }
            return round(again, attempt + 1)
                    .map(later -> {
                        settled.addAll(later);
                        return settled;
                    });
        }

        /// False when something else stands than the verdict was of.
        private static boolean took(Verdict verdict, ChangeResult result) {
            return switch (result) {
                case ChangeResult.Applied applied -> !verdict.loses() || applied.duplicate();
                case ChangeResult.Merged merged -> true;
                case ChangeResult.Superseded superseded -> verdict.loses();
                case ChangeResult.Conflict conflict -> false;
                case ChangeResult.Rejected rejected -> {
                    String why = rejected.problem().type();
                    if (why.equals(ProblemType.BATCH_ABORTED.urn())
                            || why.equals(ProblemType.BASE_VERSION_AHEAD.urn())) {
                        yield false;
                    }
                    throw new ProblemException(rejected.problem(), null);
                }
                case ChangeResult.Pending pending -> throw undecided();
                case ChangeResult.Unknown unknown -> throw undecided();
            };
        }

        private static ProblemException undecided() {
            return ProblemException.unavailable("The sessions were not decided in time.");
        }
    }
}
