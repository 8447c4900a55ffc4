package io.reconverge.service.access;

import io.reconverge.service.identity.Caller;
import io.reconverge.service.postgres.Columns;
import io.reconverge.service.postgres.Postgres;
import io.reconverge.service.problem.ProblemException;
import io.reconverge.wire.ProblemType;
import io.reconverge.wire.Role;
import io.reconverge.wire.Sharing;
import io.reconverge.wire.SpaceId;
import java.util.UUID;
import reactor.core.publisher.Mono;

/// Lets callers into spaces. One's own costs nothing; of a shared one the member is looked up by
/// primary key, each time: what is remembered would outlast a removal.
public final class SpaceAccess {

    private static final String ROLE =
            """
            select coalesce(data ->> 'role', '') as role
              from entity where space_id = $1 and type = $2 and id = $3
            """;

    private final Postgres postgres;

    public SpaceAccess(Postgres postgres) {
        this.postgres = postgres;
    }

    /// The space that a URL names, for one who reads it.
    ///
    /// @param name `me`, or a space's id
    /// @return fails with a [ProblemException], `not-a-member`: the same whether or not there is
    ///   such a space
    public Mono<Admission> reader(Caller caller, String name) {
        return Mono.defer(() -> {
            UUID space = caller.named(name);
            return SpaceId.personal(caller.subject()).equals(space)
                    ? Mono.just(new Admission(space, caller.subject(), Role.OWNER, true))
                    : role(space, caller.subject())
                            .map(role -> new Admission(space, caller.subject(), role, false));
        });
    }

    /// The same for one who writes to it: an early word only, since the worker decides.
    ///
    /// @return fails with a [ProblemException]: `not-a-member`, `read-only`
    public Mono<Admission> writer(Caller caller, String name) {
        return reader(caller, name)
                .flatMap(admission ->
                        admission.role().mayWrite()
                                ? Mono.just(admission)
                                : Mono.error(() ->
                                        new ProblemException(
                                                ProblemType.READ_ONLY,
                                                "You may read this space and not write to it.")));
    }

    /// Completes when who was let in still would be.
    ///
    /// @return fails with a [ProblemException], `not-a-member`
    public Mono<Void> still(Admission admission) {
        return admission.own() ? Mono.empty() : role(admission.space(), admission.subject()).then();
    }

    private Mono<Role> role(UUID space, String subject) {
        return postgres.answer(
                        postgres.sql(ROLE, space, Sharing.MEMBER, subject)
                                .map(Columns.as(row -> Role.of(row.text("role"))))
                                .one())
                .flatMap(Mono::justOrEmpty)
                .switchIfEmpty(Mono.error(Caller::notAMember));
    }
}
