package io.reconverge.gateway.protocol.spaces;

import io.reconverge.gateway.feed.Spaces;
import io.reconverge.gateway.protocol.Core;
import io.reconverge.gateway.protocol.spaces.Lists.Visit;
import io.reconverge.gateway.share.SpaceWriter;
import io.reconverge.service.write.ChangeHeaders;
import io.reconverge.wire.ChangeResult;
import io.reconverge.wire.Entity;
import io.reconverge.wire.Role;
import io.reconverge.wire.SpaceId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/// Has the members of a space follow its list of collaborators.
@Component
@ConditionalOnBooleanProperty(name = Lists.SWITCH, matchIfMissing = true)
final class SpaceSharing {

    private final Core core;
    private final SpaceWriter spaces;

    SpaceSharing(Core core, SpaceWriter spaces) {
        this.core = core;
        this.spaces = spaces;
    }

    /// Makes a space that the caller owns, once.
    Mono<Void> found(Visit visit, UUID changeId) {
        return spaces.make(visit.exchange(), visit.caller(), headers(visit, changeId), null).then();
    }

    /// Puts and removes members after a write, if the list that it has is the one that stands: an
    /// edit that lost says nothing, and one that is sent again nothing that was changed since.
    Mono<Void> follow(Visit visit, Step.Write write, ChangeResult result) {
        Step.Sharing sharing = write.sharing();
        if (sharing == null || sharing.members() == null || !Outcome.isTaken(write, result)) {
            return Mono.empty();
        }
        Map<String, Role> said = sharing.members();
        return core.entity(visit.exchange(), write.space(), write.change().key())
                .filter(standing -> said.equals(listed(standing)))
                .flatMap(standing -> core.members(visit.exchange(), write.space()))
                .flatMapIterable(members -> changes(visit, write, said, members))
                .concatMap(membership -> put(visit, write.space(), membership))
                .then();
    }

    private static Map<String, Role> listed(Entity standing) {
        return standing.data() == null ? Map.of() : Collaborators.members(standing.data().tree());
    }

    private static List<Step.Membership> changes(
            Visit visit, Step.Write write, Map<String, Role> said, Spaces.Members members) {
        Map<String, Role> real = new HashMap<>();
        Set<String> spared = new HashSet<>(Set.of(visit.caller().subject()));
        UUID founding = Preference.founding(write.edit().localId());
        for (Spaces.Member member : members.members()) {
            Role.of(member.role()).ifPresent(role -> real.put(member.userId(), role));
            if (SpaceId.shared(member.userId(), founding).equals(write.space())) {
                spared.add(member.userId());
            }
        }
        return Collaborators.changes(said, real, spared, write.change().changeId());
    }

    private Mono<ChangeResult.Applied> put(Visit visit, UUID space, Step.Membership membership) {
        ChangeHeaders headers = headers(visit, membership.changeId());
        return membership.role() == null
                ? spaces.remove(
                        visit.exchange(), visit.caller(), space, membership.userId(), headers)
                : spaces.put(
                        visit.caller(), space, membership.userId(), membership.role(), headers);
    }

    /// Who may do what is said in the order in which it is heard: by the server's clock.
    private ChangeHeaders headers(Visit visit, UUID changeId) {
        return new ChangeHeaders(changeId, visit.deviceId(), core.now());
    }
}
