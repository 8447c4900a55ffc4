package io.reconverge.gateway.protocol;

import io.reconverge.gateway.body.Bodies;
import io.reconverge.gateway.feed.FeedClient;
import io.reconverge.gateway.feed.LogPage;
import io.reconverge.gateway.feed.SpaceStatus;
import io.reconverge.gateway.feed.Spaces;
import io.reconverge.service.identity.Caller;
import io.reconverge.service.problem.ProblemException;
import io.reconverge.service.request.RequestId;
import io.reconverge.service.write.Append;
import io.reconverge.service.write.EntityRules;
import io.reconverge.service.write.Forbidden;
import io.reconverge.service.write.WriteSettings;
import io.reconverge.service.write.Writes;
import io.reconverge.service.write.Written;
import io.reconverge.wire.Change;
import io.reconverge.wire.ChangeResult;
import io.reconverge.wire.Entity;
import io.reconverge.wire.EntityKey;
import io.reconverge.wire.JsonObject;
import io.reconverge.wire.Op;
import io.reconverge.wire.Problem;
import io.reconverge.wire.ProblemType;
import io.reconverge.wire.TimedEntity;
import io.reconverge.wire.TimedPage;
import io.reconverge.wire.Violation;
import io.reconverge.wire.WriteRecord;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/// What a protocol may ask of Reconverge: the same write and reads that `/v1` has. A protocol never
/// waits less than until its changes are decided, since its clients know no other answer.
@Component
public final class Core {

    private static final Duration UNDECIDED_RETRY = Duration.ofSeconds(2);

    private final Writes writes;
    private final EntityRules rules;
    private final FeedClient feed;
    private final Bodies bodies;
    private final WriteSettings settings;
    private final Clock clock;
    private final long wholeMax;

    Core(
            Writes writes,
            EntityRules rules,
            FeedClient feed,
            Bodies bodies,
            WriteSettings settings,
            Clock clock,
            ProtocolSettings protocols) {
        this.writes = writes;
        this.rules = rules;
        this.feed = feed;
        this.bodies = bodies;
        this.settings = settings;
        this.clock = clock;
        wholeMax = protocols.wholeMax().toBytes();
    }

    /// Epoch milliseconds by this gateway's clock: when a request came that does not say when the
    /// user made its change.
    public long now() {
        return clock.millis();
    }

    /// Writes changes to a space, as one request.
    ///
    /// @param deviceId empty when the client named none
    /// @param changes checked here by their types' schemas; of at most 5,000
    /// @param atomic all or none
    /// @return results in the order of the changes, none of them pending. Fails with a
    ///   [ProblemException]: `invalid-entity`, `not-a-member`, `read-only`, `unavailable`, or
    ///   `undecided` when no decision came in time: sent again under the same change ids it is
    ///   applied once
    public Mono<List<ChangeResult>> write(
            ServerWebExchange exchange,
            Caller caller,
            UUID space,
            String deviceId,
            List<Change> changes,
            boolean atomic) {
        if (changes.isEmpty()) {
            return Mono.just(List.of());
        }
        return Mono.defer(() -> {
            rules.check(changes);
            Append append =
                    Append.of(
                            new WriteRecord(
                                    UUID.randomUUID(),
                                    space,
                                    caller.subject(),
                                    deviceId,
                                    atomic,
                                    clock.millis(),
                                    changes));
            return writes.write(append, settings.patience())
                    .map(written ->
                            switch (written) {
                                case Written.Decided decided -> {
                                    bodies.hold(exchange, decided.bytes());
                                    Forbidden.of(decided.results())
                                            .ifPresent(problem -> {
                                                throw new ProblemException(problem, null);
                                            });
                                    yield decided.results();
                                }
                                case Written.Unreadable unreadable ->
                                        throw new ProblemException(unreadable.problem(), null);
                                case Written.Undecided undecided ->
                                        throw new ProblemException(
                                                Problem.of(
                                                        ProblemType.UNDECIDED,
                                                        "Request "
                                                                + RequestId.of(exchange)
                                                                + " was taken and waits to be"
                                                                + " decided."),
                                                UNDECIDED_RETRY);
                            });
        });
    }

    /// What its type's schema says against a change; null when nothing.
    public @Nullable Problem refusal(Change change) {
        try {
            rules.check(change.type(), change.op(), change.data());
            return null;
        } catch (ProblemException refused) {
            return refused.problem();
        }
    }

    /// What changed since a time, in some of the caller's spaces or in all of them: an entity that
    /// changed several times comes once, as it is now; tombstones come too.
    ///
    /// @param spaces empty for all
    /// @param types empty for all
    /// @param since a time that an earlier page ended with, 0 for everything
    /// @return fails with a [ProblemException]: `cursor-expired`, `not-a-member`, `unavailable`
    public Mono<TimedPage> since(
            ServerWebExchange exchange,
            String deviceId,
            List<UUID> spaces,
            List<String> types,
            long since,
            int limit) {
        return feed.since(exchange, deviceId, spaces, types, since, limit)
                .doOnNext(paged -> bodies.hold(exchange, paged.bytes()))
                .map(FeedClient.Paged::page);
    }

    /// All that there is, page by page, for an answer that holds it together. It ends with a page
    /// that has more when that is as much as one answer may hold
    /// (`reconverge.gateway.protocols.whole-max`).
    ///
    /// @param limit of one page
    /// @return fails with a [ProblemException] as [#since], `unavailable` too when the gateway has
    ///   as much in hand as it can hold
    public Flux<TimedPage> everything(
            ServerWebExchange exchange,
            String deviceId,
            List<UUID> spaces,
            List<String> types,
            int limit) {
        LongFunction<Mono<FeedClient.Paged>> after =
                since ->
                        feed.since(exchange, deviceId, spaces, types, since, limit)
                                .doOnNext(paged -> bodies.take(exchange, paged.bytes()));
        return Flux.defer(() -> {
            AtomicLong bytes = new AtomicLong();
            return after.apply(0)
                    .expand(paged ->
                            bytes.addAndGet(paged.bytes()) < wholeMax && paged.page().hasMore()
                                    ? after.apply(paged.page().timestamp())
                                    : Mono.empty())
                    .map(FeedClient.Paged::page);
        });
    }

    /// What [#everything] ended for, where a protocol has no word for going on.
    public ProblemException tooMuch() {
        return new ProblemException(
                ProblemType.TOO_LARGE,
                "All of it is more than the " + wholeMax + " bytes that one answer may have.");
    }

    /// An entity as it stands; empty when there is none, or a tombstone.
    public Mono<Entity> entity(ServerWebExchange exchange, UUID space, EntityKey key) {
        return feed.entity(exchange, space, key);
    }

    /// Where entities of these names live among all of the caller's spaces, tombstones included; in
    /// no order.
    public Mono<List<TimedEntity>> find(ServerWebExchange exchange, List<EntityKey> keys) {
        return Flux.fromIterable(Questions.of(keys))
                .concatMap(some -> feed.find(exchange, some))
                .flatMapIterable(found -> found)
                .collectList();
    }

    /// The caller's spaces, their own first.
    public Mono<Spaces> spaces(ServerWebExchange exchange) {
        return feed.spaces(exchange);
    }

    /// Who shares one of the caller's spaces.
    public Mono<Spaces.Members> members(ServerWebExchange exchange, UUID space) {
        return feed.members(exchange, space);
    }

    /// Rows of a space's log, in version order.
    ///
    /// @param deviceId empty when the client named none
    /// @param after the version that the caller has; 0 for the start, or what is left of it
    /// @return fails with a [ProblemException]: `cursor-expired` when `after` is none of the
    ///   versions that the log still knows
    public Mono<LogPage> log(
            ServerWebExchange exchange, String deviceId, UUID space, long after, int limit) {
        return feed.log(exchange, deviceId, space, after, limit);
    }

    /// How a space is doing.
    public Mono<SpaceStatus> status(ServerWebExchange exchange, UUID space) {
        return feed.status(exchange, space);
    }

    /// What its type's schema finds wrong in data to be written, or in a merge patch of it;
    /// pointers begin at the data. [#write] finds the same, and tells it with pointers of its own.
    public List<Violation> violations(String type, Op op, JsonObject data) {
        return rules.violations(type, op, data);
    }
}
