package io.reconverge.gateway.share;

import io.reconverge.gateway.feed.FeedClient;
import io.reconverge.gateway.feed.Spaces;
import io.reconverge.service.identity.Caller;
import io.reconverge.service.problem.ProblemException;
import io.reconverge.service.write.ChangeHeaders;
import io.reconverge.wire.ChangeResult;
import io.reconverge.wire.ProblemType;
import io.reconverge.wire.Role;
import java.util.List;
import java.util.UUID;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/// Takes away all that is one person's: shared spaces that nobody else is in, the person's place in
/// the others, and then their own space. Each step is a change under an id that follows from the
/// request's, so a request that broke off is finished by asking again.
///
/// A space that others are in keeps an owner: where the person is the only one, they are told to
/// hand it over first, and nothing is taken.
@Component
final class Farewell {

    private final FeedClient feed;
    private final SpaceWriter writer;

    Farewell(FeedClient feed, SpaceWriter writer) {
        this.feed = feed;
        this.writer = writer;
    }

    /// @return fails with a [ProblemException]: `last-owner`, `unavailable`, `undecided`
    Mono<ChangeResult.Applied> of(
            ServerWebExchange exchange, Caller caller, ChangeHeaders headers) {
        return feed.spaces(exchange)
                .map(spaces ->
                        spaces.spaces().stream()
                                .filter(space -> !space.id().equals(caller.own()))
                                .toList())
                .delayUntil(shared ->
                        Flux.fromIterable(shared)
                                .filter(space -> space.isOwned() && space.members() > 1)
                                .concatMap(space -> checkAnotherOwner(exchange, caller, space)))
                .delayUntil(shared ->
                        Flux.fromIterable(shared)
                                .concatMap(space -> leave(exchange, caller, space, headers)))
                .then(Mono.defer(() -> writer.erase(exchange, caller, caller.own(), headers)));
    }

    private Mono<Void> checkAnotherOwner(
            ServerWebExchange exchange, Caller caller, Spaces.Space space) {
        return feed.members(exchange, space.id())
                .flatMap(members ->
                        hasAnotherOwner(members.members(), caller)
                                ? Mono.empty()
                                : Mono.error(() ->
                                        new ProblemException(
                                                ProblemType.LAST_OWNER,
                                                "Others share space "
                                                        + space.id()
                                                        + ", and you are its only owner: make another"
                                                        + " member an owner, or delete the space.")));
    }

    private static boolean hasAnotherOwner(List<Spaces.Member> members, Caller caller) {
        return members.stream()
                .anyMatch(member ->
                        member.role().equals(Role.OWNER.text())
                                && !member.userId().equals(caller.subject()));
    }

    private Mono<ChangeResult.Applied> leave(
            ServerWebExchange exchange, Caller caller, Spaces.Space space, ChangeHeaders headers) {
        UUID changeId = SpaceWriter.after(headers.changeId(), "leave:" + space.id());
        ChangeHeaders derived =
                new ChangeHeaders(changeId, headers.deviceId(), headers.modifiedAt());
        return space.members() == 1
                ? writer.erase(exchange, caller, space.id(), derived)
                : writer.remove(exchange, caller, space.id(), caller.subject(), derived);
    }
}
