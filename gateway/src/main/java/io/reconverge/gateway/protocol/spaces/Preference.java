package io.reconverge.gateway.protocol.spaces;

import io.reconverge.gateway.feed.Spaces;
import io.reconverge.gateway.protocol.DerivedIds;
import io.reconverge.wire.EntityKey;
import io.reconverge.wire.SpaceId;
import io.reconverge.wire.TimedEntity;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/// Which of several entities with the same name a user means. Anybody may make somebody else a
/// member of a space, and name things there as they like: what others do there does not count
/// before what is the user's own, and not for having been done last.
///
/// First comes the user's own space, then spaces that the user founded, then what the request names
/// by a server id, then the space of which the user has been a member for longest.
final class Preference implements Comparator<TimedEntity> {

    private final UUID own;
    private final Set<UUID> founded = new HashSet<>();
    private final Map<EntityKey, Set<String>> named = new HashMap<>();
    private final String subject;
    private final List<UUID> joined;

    Preference(
            String subject, Spaces spaces, Collection<Edit> edits, Collection<TimedEntity> found) {
        this.subject = subject;
        own = SpaceId.personal(subject);
        joined = spaces.spaces().stream().map(Spaces.Space::id).toList();
        for (Edit edit : edits) {
            if (edit instanceof Edit.Understood understood) {
                founded.add(foundedAs(understood.data().path("spaceLocalId").asString("")));
                named.computeIfAbsent(understood.key(), first -> new HashSet<>())
                        .addAll(understood.serverIds());
            }
        }
        for (TimedEntity entity : found) {
            founded.add(
                    foundedAs(
                            entity.type().equals(Kind.SPACE.type())
                                    ? entity.id()
                                    : spaceLocalId(entity)));
        }
    }

    /// The id of the change that makes a space of this name.
    static UUID founding(String localId) {
        return DerivedIds.of("spaces-space", localId);
    }

    /// The space that the user makes by this name, which nobody else can make.
    private UUID foundedAs(String localId) {
        return SpaceId.shared(subject, founding(localId));
    }

    private static String spaceLocalId(TimedEntity entity) {
        return entity.data() == null ? "" : entity.data().tree().path("spaceLocalId").asString("");
    }

    @Override
    public int compare(TimedEntity one, TimedEntity other) {
        int byRank = Integer.compare(rank(one), rank(other));
        return byRank != 0 ? byRank : Integer.compare(since(one), since(other));
    }

    private int rank(TimedEntity entity) {
        if (entity.space().equals(own)) {
            return 0;
        }
        if (founded.contains(entity.space())) {
            return 1;
        }
        return isNamed(entity) ? 2 : 3;
    }

    private boolean isNamed(TimedEntity entity) {
        Set<String> ids = named.getOrDefault(new EntityKey(entity.type(), entity.id()), Set.of());
        return ids.contains(entity.space().toString())
                || Kind.ofType(entity.type())
                        .map(kind ->
                                Shown.serverId(kind, entity.space(), entity.id(), entity.data()))
                        .filter(ids::contains)
                        .isPresent();
    }

    private int since(TimedEntity entity) {
        int at = joined.indexOf(entity.space());
        return at < 0 ? joined.size() : at;
    }
}
