package io.reconverge.gateway.share;

import io.reconverge.gateway.feed.FeedClient;
import io.reconverge.service.identity.Caller;
import io.reconverge.service.problem.ProblemException;
import io.reconverge.service.write.Append;
import io.reconverge.service.write.ChangeHeaders;
import io.reconverge.service.write.WriteSettings;
import io.reconverge.service.write.Writes;
import io.reconverge.service.write.Written;
import io.reconverge.wire.Change;
import io.reconverge.wire.ChangeResult;
import io.reconverge.wire.EntityKey;
import io.reconverge.wire.JsonObject;
import io.reconverge.wire.Op;
import io.reconverge.wire.Problem;
import io.reconverge.wire.ProblemType;
import io.reconverge.wire.Role;
import io.reconverge.wire.Sharing;
import io.reconverge.wire.SpaceId;
import io.reconverge.wire.WireJson;
import io.reconverge.wire.WriteRecord;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/// Writes who shares a space, as changes that clients cannot send themselves. Each is known by its
/// change id: asked for again, it is done once.
///
/// Everything here fails with a [ProblemException]: what the worker refuses it for, `unavailable`,
/// or `undecided` when no decision came in time.
@Component
public final class SpaceWriter {

    private static final Duration UNDECIDED_RETRY = Duration.ofSeconds(2);

    private static final Duration HEARD_PAUSE = Duration.ofMillis(25);
    private static final Duration HEARD_MAX = Duration.ofSeconds(2);

    private final Writes writes;
    private final FeedClient feed;
    private final WriteSettings settings;
    private final Clock clock;

    SpaceWriter(Writes writes, FeedClient feed, WriteSettings settings, Clock clock) {
        this.writes = writes;
        this.feed = feed;
        this.settings = settings;
        this.clock = clock;
    }

    /// Makes a shared space whose owner is the caller. Of the same caller and change id it is the
    /// same space.
    ///
    /// @param information what its entity of type `space` says; null for none
    public Mono<Made> make(
            ServerWebExchange exchange,
            Caller caller,
            ChangeHeaders headers,
            @Nullable JsonObject information) {
        UUID space = SpaceId.shared(caller.subject(), headers.changeId());
        List<Change> changes = new ArrayList<>(2);
        changes.add(member(headers.changeId(), caller.subject(), Role.OWNER, headers));
        if (information != null) {
            changes.add(
                    new Change(
                            after(headers.changeId(), "information"),
                            Sharing.SPACE,
                            space.toString(),
                            Op.PUT,
                            information,
                            null,
                            headers.modifiedAt(),
                            null));
        }
        return decided(caller, space, headers, changes)
                .flatMap(results -> {
                    long version = version(results.getLast());
                    return heard(exchange, caller, space, true)
                            .thenReturn(new Made(space, version));
                });
    }

    /// @param version its head
    public record Made(UUID space, long version) {}

    /// Makes somebody a member, or gives them another role.
    ///
    /// @return the version of the space at which it became so
    public Mono<ChangeResult.Applied> put(
            Caller caller, UUID space, String member, Role role, ChangeHeaders headers) {
        return one(caller, space, headers, member(headers.changeId(), member, role, headers));
    }

    /// Removes a member; oneself, for who leaves.
    public Mono<ChangeResult.Applied> remove(
            ServerWebExchange exchange,
            Caller caller,
            UUID space,
            String member,
            ChangeHeaders headers) {
        Change removal =
                new Change(
                        headers.changeId(),
                        Sharing.MEMBER,
                        member,
                        Op.DELETE,
                        null,
                        null,
                        headers.modifiedAt(),
                        null);
        return one(caller, space, headers, removal)
                .delayUntil(applied ->
                        member.equals(caller.subject())
                                ? heard(exchange, caller, space, false)
                                : Mono.empty());
    }

    /// Takes all of a space away.
    public Mono<ChangeResult.Applied> erase(
            ServerWebExchange exchange, Caller caller, UUID space, ChangeHeaders headers) {
        Change erasure =
                new Change(
                        headers.changeId(),
                        Sharing.ERASURE,
                        space.toString(),
                        Op.DELETE,
                        null,
                        null,
                        headers.modifiedAt(),
                        null);
        return one(caller, space, headers, erasure)
                .delayUntil(applied ->
                        space.equals(caller.own())
                                ? Mono.empty()
                                : heard(exchange, caller, space, false));
    }

    /// A change id that follows from another.
    static UUID after(UUID changeId, String what) {
        return UUID.nameUUIDFromBytes(
                ("reconverge:" + what + ":" + changeId).getBytes(StandardCharsets.UTF_8));
    }

    static JsonObject named(String name) {
        return JsonObject.of(WireJson.MAPPER.createObjectNode().put("name", name));
    }

    private static Change member(UUID id, String member, Role role, ChangeHeaders headers) {
        return new Change(
                id,
                Sharing.MEMBER,
                member,
                Op.PUT,
                Sharing.roleData(role),
                null,
                headers.modifiedAt(),
                null);
    }

    /// Waits a little until the caller's own space has heard, so that who asks next which spaces
    /// they have is told right; if it takes longer it comes later.
    private Mono<Void> heard(
            ServerWebExchange exchange, Caller caller, UUID space, boolean member) {
        EntityKey key = new EntityKey(Sharing.MEMBERSHIP, space.toString());
        return Mono.defer(() -> feed.entity(exchange, caller.own(), key).hasElement())
                .filter(heard -> heard == member)
                .repeatWhenEmpty(times -> times.delayElements(HEARD_PAUSE))
                .timeout(HEARD_MAX, Mono.empty())
                .onErrorResume(ProblemException.class, later -> Mono.empty())
                .then();
    }

    private Mono<ChangeResult.Applied> one(
            Caller caller, UUID space, ChangeHeaders headers, Change change) {
        return decided(caller, space, headers, List.of(change))
                .map(results ->
                        switch (results.getFirst()) {
                            case ChangeResult.Applied applied -> applied;
                            case ChangeResult _ ->
                                    throw new ProblemException(
                                            ProblemType.CONFLICT,
                                            "Somebody has said otherwise since.");
                        });
    }

    private Mono<List<ChangeResult>> decided(
            Caller caller, UUID space, ChangeHeaders headers, List<Change> changes) {
        Append append =
                Append.of(
                        new WriteRecord(
                                UUID.randomUUID(),
                                space,
                                caller.subject(),
                                headers.deviceId(),
                                true,
                                clock.millis(),
                                changes));
        return writes.write(append, settings.patience())
                .map(written ->
                        switch (written) {
                            case Written.Decided decided -> applied(decided.results());
                            case Written.Unreadable unreadable ->
                                    throw new ProblemException(unreadable.problem(), null);
                            case Written.Undecided undecided ->
                                    throw new ProblemException(
                                            Problem.of(
                                                    ProblemType.UNDECIDED,
                                                    "Sent again with the same "
                                                            + ChangeHeaders.CHANGE_ID
                                                            + " it is done once."),
                                            UNDECIDED_RETRY);
                        });
    }

    /// @throws ProblemException why one of them was refused
    private static List<ChangeResult> applied(List<ChangeResult> results) {
        for (ChangeResult result : results) {
            if (result instanceof ChangeResult.Rejected(var _, Problem problem)
                    && !problem.type().equals(ProblemType.BATCH_ABORTED.urn())) {
                throw new ProblemException(problem, null);
            }
        }
        return results;
    }

    private static long version(ChangeResult result) {
        return result instanceof ChangeResult.Applied applied ? applied.version() : 0;
    }
}
