package io.reconverge.gateway.protocol.spaces;

import io.reconverge.gateway.feed.Spaces;
import io.reconverge.gateway.protocol.Core;
import io.reconverge.service.identity.Caller;
import io.reconverge.service.problem.ProblemException;
import io.reconverge.wire.Change;
import io.reconverge.wire.ChangeResult;
import io.reconverge.wire.Problem;
import io.reconverge.wire.ProblemType;
import io.reconverge.wire.SyncRequest;
import io.reconverge.wire.TimedEntity;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/// Writes what a device sent.
@Component
@ConditionalOnBooleanProperty(name = Lists.SWITCH, matchIfMissing = true)
final class Lists {

    static final String SWITCH = "reconverge.gateway.protocols.spaces";

    private final Core core;
    private final SpaceSharing sharing;

    Lists(Core core, SpaceSharing sharing) {
        this.core = core;
        this.sharing = sharing;
    }

    /// Who writes, and from where.
    record Visit(ServerWebExchange exchange, Caller caller, String deviceId) {}

    /// @return what became of each edit, in their order
    Mono<List<Outcome>> write(Visit visit, List<Edit> edits) {
        if (edits.isEmpty()) {
            return Mono.just(List.of());
        }
        return Mono.zip(
                        core.find(visit.exchange(), Planner.keys(edits)),
                        core.spaces(visit.exchange()),
                        (found, mine) -> plan(visit, edits, found, mine))
                .flatMap(steps -> take(visit, steps));
    }

    private List<Step> plan(Visit visit, List<Edit> edits, List<TimedEntity> found, Spaces mine) {
        String subject = visit.caller().subject();
        Standing standing = new Standing(found, new Preference(subject, mine, edits, found));
        Map<UUID, String> roles =
                mine.spaces().stream()
                        .collect(Collectors.toMap(Spaces.Space::id, Spaces.Space::role));
        return new Planner(subject, visit.deviceId(), core.now(), standing, roles).plan(edits);
    }

    private Mono<List<Outcome>> take(Visit visit, List<Step> steps) {
        List<Step.Write> writes =
                steps.stream()
                        .filter(Step.Write.class::isInstance)
                        .map(Step.Write.class::cast)
                        .toList();
        Map<UUID, ChangeResult> results = new HashMap<>();
        return shared(visit, writes, results)
                .then(Mono.defer(() -> contents(visit, writes, results)))
                .then(Mono.defer(() -> removals(visit, writes, results)))
                .then(Mono.fromSupplier(() -> outcomes(steps, results)));
    }

    /// Spaces one by one: first what they are, and then who shares them, by what stands.
    private Mono<Void> shared(
            Visit visit, List<Step.Write> writes, Map<UUID, ChangeResult> results) {
        return Flux.fromIterable(writes)
                .filter(write -> write.edit().kind() == Kind.SPACE)
                .concatMap(write ->
                        checkOwner(visit, write)
                                .then(Mono.defer(() -> found(visit, write)))
                                .then(
                                        Mono.defer(() ->
                                                changes(
                                                        visit,
                                                        write.space(),
                                                        List.of(write.change()))))
                                .delayUntil(some -> sharing.follow(visit, write, some.getFirst()))
                                .onErrorResume(
                                        ProblemException.class,
                                        failure -> refused(List.of(write.change()), failure)))
                .doOnNext(some -> keep(some, results))
                .then();
    }

    /// A space is deleted for everybody: only an owner may.
    private Mono<Void> checkOwner(Visit visit, Step.Write write) {
        if (write.edit().operation() != Edit.Operation.DELETE) {
            return Mono.empty();
        }
        return core.spaces(visit.exchange())
                .flatMap(mine ->
                        mine.spaces().stream()
                                        .anyMatch(space ->
                                                space.id().equals(write.space()) && space.isOwned())
                                ? Mono.empty()
                                : Mono.error(() ->
                                        new ProblemException(
                                                ProblemType.NOT_AN_OWNER,
                                                "Only an owner deletes a space.")));
    }

    private Mono<Void> found(Visit visit, Step.Write write) {
        Step.Sharing shared = write.sharing();
        UUID founds = shared == null ? null : shared.founds();
        return founds == null ? Mono.empty() : sharing.found(visit, founds);
    }

    /// Categories and items, those of a space together.
    private Mono<Void> contents(
            Visit visit, List<Step.Write> writes, Map<UUID, ChangeResult> results) {
        Map<UUID, List<Change>> bySpace = new LinkedHashMap<>();
        for (Step.Write write : writes) {
            if (write.edit().kind() != Kind.SPACE) {
                bySpace.computeIfAbsent(write.space(), space -> new ArrayList<>())
                        .add(write.change());
            }
        }
        return written(visit, bySpace, results);
    }

    /// From where it was something is removed once it is where it goes.
    private Mono<Void> removals(
            Visit visit, List<Step.Write> writes, Map<UUID, ChangeResult> results) {
        Map<UUID, List<Change>> bySpace = new LinkedHashMap<>();
        for (Step.Write write : writes) {
            ChangeResult result = results.get(write.change().changeId());
            if (result != null && Outcome.isTaken(write, result)) {
                for (Step.Removal removal : write.removals()) {
                    bySpace.computeIfAbsent(removal.space(), space -> new ArrayList<>())
                            .add(removal.change());
                }
            }
        }
        return written(visit, bySpace, results);
    }

    private Mono<Void> written(
            Visit visit, Map<UUID, List<Change>> bySpace, Map<UUID, ChangeResult> results) {
        return Flux.fromIterable(bySpace.entrySet())
                .concatMap(space ->
                        Flux.fromIterable(space.getValue())
                                .buffer(SyncRequest.CHANGES_MAX)
                                .concatMap(some -> changes(visit, space.getKey(), some)))
                .doOnNext(some -> keep(some, results))
                .then();
    }

    /// What does not fit its schema is refused by itself, and keeps nothing else from being
    /// written.
    private Mono<List<ChangeResult>> changes(Visit visit, UUID space, List<Change> changes) {
        List<Change> fit = new ArrayList<>();
        List<ChangeResult> results = new ArrayList<>();
        for (Change change : changes) {
            Problem problem = core.refusal(change);
            if (problem == null) {
                fit.add(change);
            } else {
                results.add(new ChangeResult.Rejected(change.changeId(), problem));
            }
        }
        return core.write(visit.exchange(), visit.caller(), space, visit.deviceId(), fit, false)
                .onErrorResume(ProblemException.class, failure -> refused(fit, failure))
                .map(decided -> {
                    results.addAll(decided);
                    return results;
                });
    }

    /// What is refused for good is told of each change; what may go better next time ends the
    /// request, and its device sends it again.
    private static Mono<List<ChangeResult>> refused(
            List<Change> changes, ProblemException failure) {
        Problem problem = failure.problem();
        if (problem.status() >= HttpStatus.INTERNAL_SERVER_ERROR.value()) {
            return Mono.error(failure);
        }
        return Mono.just(
                changes.stream()
                        .<ChangeResult>map(
                                change -> new ChangeResult.Rejected(change.changeId(), problem))
                        .toList());
    }

    private static void keep(List<ChangeResult> some, Map<UUID, ChangeResult> results) {
        some.forEach(result -> results.put(result.changeId(), result));
    }

    private static List<Outcome> outcomes(List<Step> steps, Map<UUID, ChangeResult> results) {
        return steps.stream()
                .map(step ->
                        switch (step) {
                            case Step.Refused refused ->
                                    Outcome.refused(refused.edit(), refused.error());
                            case Step.Idle idle -> Outcome.of(idle);
                            case Step.Write write -> outcome(write, results);
                        })
                .toList();
    }

    /// That of the write, unless it stands and what it moves did not go from where it was.
    private static Outcome outcome(Step.Write write, Map<UUID, ChangeResult> results) {
        ChangeResult result = resultOf(write, results);
        Outcome outcome = Outcome.of(write, result);
        return write.removals().stream()
                .filter(removal -> removal.counts() && Outcome.isTaken(write, result))
                .map(removal ->
                        outcome.but(write, removal, results.get(removal.change().changeId())))
                .findFirst()
                .orElse(outcome);
    }

    private static ChangeResult resultOf(Step.Write write, Map<UUID, ChangeResult> results) {
        ChangeResult result = results.get(write.change().changeId());
        if (result == null) {
            throw new IllegalStateException(write.change().changeId() + " has no result");
        }
        return result;
    }
}
