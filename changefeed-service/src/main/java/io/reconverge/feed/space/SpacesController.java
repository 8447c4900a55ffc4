package io.reconverge.feed.space;

import io.reconverge.feed.http.ResponseWriter;
import io.reconverge.service.access.SpaceAccess;
import io.reconverge.service.identity.Caller;
import io.reconverge.service.postgres.Columns;
import io.reconverge.service.postgres.Postgres;
import io.reconverge.wire.Sharing;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/// Which spaces the caller has, and who is in one of them.
@RestController
final class SpacesController {

    private final SpaceAccess access;
    private final Postgres postgres;
    private final ResponseWriter writer;

    SpacesController(SpaceAccess access, Postgres postgres, ResponseWriter writer) {
        this.access = access;
        this.postgres = postgres;
        this.writer = writer;
    }

    /// @param name `me` of one's own; null of a shared one without a name
    /// @param version its head; 0 when it was never written to
    /// @param members that it has; 1 of one's own
    record Space(UUID id, @Nullable String name, String role, long version, long members) {}

    record Spaces(List<Space> spaces) {}

    /// @param since the version at which this became so
    record Member(String userId, String role, long since) {}

    record Members(List<Member> members) {}

    @GetMapping("/v1/spaces")
    Mono<Void> spaces(Caller caller, ServerWebExchange exchange) {
        return postgres.answer(
                        postgres.sql(SPACES, caller.own(), caller.subject(), MySpaces.SHARED_MAX)
                                .map(Columns.as(SpacesController::space))
                                .all()
                                .collectList())
                .flatMap(spaces -> writer.json(exchange, new Spaces(spaces)));
    }

    private static final String SPACES =
            """
            select mine.space_id as id, mine.role,
                   case when mine.space_id = $1 then 'me' else called.data ->> 'name' end as name,
                   greatest((select count(*) from entity
                              where space_id = mine.space_id and type = 'member'
                                and data is not null), 1) as members,
                   coalesce(space.head, 0) as head
              from (%s) as mine
              left join space using (space_id)
              left join entity as called on called.space_id = mine.space_id
                                        and called.type = 'space'
                                        and called.id = mine.space_id::text
             order by mine.joined, mine.space_id
            """
                    .formatted(MySpaces.QUERY);

    private static Space space(Columns row) {
        return new Space(
                row.uuid("id"),
                row.textOrNull("name"),
                row.text("role"),
                row.number("head"),
                row.number("members"));
    }

    @GetMapping("/v1/spaces/{space}")
    Mono<Void> space(Caller caller, @PathVariable String space, ServerWebExchange exchange) {
        return access.reader(caller, space)
                .flatMap(admission ->
                        postgres.answer(
                                postgres.sql(
                                                ONE,
                                                admission.space(),
                                                admission.own() ? "me" : "",
                                                admission.role().text())
                                        .map(Columns.as(SpacesController::space))
                                        .one()))
                .flatMap(found -> writer.json(exchange, found));
    }

    private static final String ONE =
            """
            select $1 as id, $3 as role,
                   coalesce(nullif($2, ''),
                            (select data ->> 'name' from entity
                              where space_id = $1 and type = 'space' and id = $1::text)) as name,
                   greatest((select count(*) from entity
                              where space_id = $1 and type = 'member' and data is not null), 1)
                            as members,
                   coalesce((select head from space where space_id = $1), 0) as head
            """;

    /// Of one's own space: oneself.
    @GetMapping("/v1/spaces/{space}/members")
    Mono<Void> members(Caller caller, @PathVariable String space, ServerWebExchange exchange) {
        return access.reader(caller, space)
                .flatMap(admission ->
                        admission.own()
                                ? Mono.just(List.of(new Member(caller.subject(), "owner", 0)))
                                : members(admission.space()))
                .flatMap(members -> writer.json(exchange, new Members(members)));
    }

    private static final String MEMBERS =
            """
            select id, data ->> 'role' as role, version
              from entity
             where space_id = $1 and type = 'member' and data is not null
             order by id limit $2
            """;

    private Mono<List<Member>> members(UUID space) {
        return postgres.answer(
                postgres.sql(MEMBERS, space, Sharing.MEMBERS_MAX)
                        .map(
                                Columns.as(row ->
                                        new Member(
                                                row.text("id"),
                                                row.text("role"),
                                                row.number("version"))))
                        .all()
                        .collectList());
    }
}
