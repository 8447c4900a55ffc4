package io.reconverge.ingest.decide;

import io.reconverge.wire.Change;
import io.reconverge.wire.EntityKey;
import io.reconverge.wire.Op;
import io.reconverge.wire.Problem;
import io.reconverge.wire.ProblemType;
import io.reconverge.wire.Role;
import io.reconverge.wire.Sharing;
import io.reconverge.wire.SpaceId;
import io.reconverge.wire.WriteRecord;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Who may do what, as the members of a space stand when a change is decided: the one place that
/// says so. A personal space is its owner's alone.
///
/// | change | owner | editor | viewer | nobody |
/// | --- | --- | --- | --- | --- |
/// | of an entity | yes | yes | `read-only` | `not-a-member` |
/// | of another member | yes | `not-an-owner` | `not-an-owner` | `not-a-member` |
/// | leaving | unless the last owner | yes | yes | `not-a-member` |
///
/// Who makes a space is its first member: the first change of a space that nothing was written to
/// may make its writer an owner, if the space's id follows from the writer and that change. So
/// nobody makes themselves the owner of what is, or will be, another's.
public final class Authority {

    private final Known known;
    private final String actor;
    private final UUID space;

    private Authority(Known known, String actor, UUID space) {
        this.known = known;
        this.actor = actor;
        this.space = space;
    }

    static Authority of(Known known, WriteRecord write) {
        return new Authority(known, write.actor(), write.space());
    }

    /// Whether a request's writer has anything to say in the space that it names: needs the space's
    /// head only of one that is to be made.
    public static boolean admits(Known known, WriteRecord write) {
        Authority authority = of(known, write);
        return authority.own()
                || authority.role() != null
                || (!write.changes().isEmpty() && authority.founds(write.changes().getFirst()));
    }

    /// The entity that says whether a request's writer is a member; null of a personal space.
    public static @Nullable SpaceEntity membershipOf(WriteRecord write) {
        return SpaceId.personal(write.actor()).equals(write.space())
                ? null
                : member(write.space(), write.actor());
    }

    /// Why the writer of a request may not take all of its space away; null when they may:
    /// everybody their own, an owner a shared one.
    public static @Nullable Problem erasure(Known known, WriteRecord write) {
        Authority authority = of(known, write);
        Role role = authority.role();
        if (authority.own() || role == Role.OWNER) {
            return null;
        }
        return role == null
                ? Problem.of(ProblemType.NOT_A_MEMBER, "The writer is not a member of this space.")
                : Problem.of(ProblemType.NOT_AN_OWNER, "Only an owner takes a space away.");
    }

    private static SpaceEntity member(UUID space, String subject) {
        return new SpaceEntity(space, new EntityKey(Sharing.MEMBER, subject));
    }

    /// Why the change may not be made; null when it may.
    @Nullable Problem refusal(Change change, @Nullable Standing current) {
        if (own()) {
            return inOwn(change, current);
        }
        Role role = role();
        if (role == null && !founds(change)) {
            return Problem.of(
                    ProblemType.NOT_A_MEMBER, "The writer is not a member of this space.");
        }
        if (change.type().equals(Sharing.MEMBER)) {
            return role == null ? null : ofMember(role, change);
        }
        if (Sharing.RESERVED.contains(change.type())) {
            return notHere(change);
        }
        return role != null && role.mayWrite()
                ? null
                : Problem.of(ProblemType.READ_ONLY, "A viewer does not write to a space.");
    }

    private boolean own() {
        return SpaceId.personal(actor).equals(space);
    }

    private @Nullable Role role() {
        Standing member = known.entity(member(space, actor));
        return member == null ? null : Sharing.roleIn(member.entity().data()).orElse(null);
    }

    private boolean founds(Change change) {
        return change.type().equals(Sharing.MEMBER)
                && change.op() == Op.PUT
                && change.id().equals(actor)
                && Sharing.roleIn(change.data()).filter(role -> role == Role.OWNER).isPresent()
                && SpaceId.shared(actor, change.changeId()).equals(space)
                && known.head(space).version() == 0;
    }

    /// Of what says where its owner is a member nothing is kept that there is nothing to say of.
    private static @Nullable Problem inOwn(Change change, @Nullable Standing current) {
        if (!Sharing.RESERVED.contains(change.type())) {
            return null;
        }
        boolean nothing = change.op() == Op.DELETE && current == null;
        return change.type().equals(Sharing.MEMBERSHIP) && !nothing ? null : notHere(change);
    }

    private static Problem notHere(Change change) {
        return Problem.of(
                ProblemType.UNPROCESSABLE, "Nothing of type " + change.type() + " is written so.");
    }

    private @Nullable Problem ofMember(Role role, Change change) {
        boolean leaves = change.op() == Op.DELETE && change.id().equals(actor);
        if (role != Role.OWNER && !leaves) {
            return Problem.of(
                    ProblemType.NOT_AN_OWNER, "Only an owner says who is a member of a space.");
        }
        Role becomes = Sharing.roleIn(change.data()).orElse(null);
        if (change.op() == Op.PATCH || (change.op() == Op.PUT && becomes == null)) {
            return notHere(change);
        }
        Map<String, Role> members = known.members(space);
        boolean lastOwner =
                members.get(change.id()) == Role.OWNER
                        && members.values().stream().filter(Role.OWNER::equals).count() == 1;
        if (lastOwner && becomes != Role.OWNER) {
            return Problem.of(
                    ProblemType.LAST_OWNER,
                    "A space keeps an owner: make another member one, or delete the space.");
        }
        boolean more = becomes != null && !members.containsKey(change.id());
        return more && members.size() >= Sharing.MEMBERS_MAX
                ? Problem.of(
                        ProblemType.TOO_MANY_MEMBERS,
                        "A space has at most " + Sharing.MEMBERS_MAX + " members.")
                : null;
    }
}
