package io.reconverge.ingest.apply;

import static io.reconverge.ingest.apply.Statements.bind;
import static io.reconverge.ingest.apply.Statements.count;
import static io.reconverge.ingest.apply.Statements.list;
import static io.reconverge.ingest.apply.Statements.required;

import io.r2dbc.spi.Connection;
import io.reconverge.ingest.apply.Statements.Column;
import java.util.List;
import java.util.UUID;
import reactor.core.publisher.Mono;

/// The table `source`: how far each partition of the writes topic is applied, and who may go on.
final class Claims {

    private static final String CLAIM =
            """
            insert into source (topic_id, partition) values ($1, $2)
            on conflict (topic_id, partition) do update set claims = source.claims + 1
            returning source_id, claims, next_offset, published
            """;

    private static final String CURRENT =
            """
            select source_id, claims, next_offset, published from source
             where source_id = $1 and claims = $2
            """;

    private static final String ADVANCE =
            """
            update source
               set next_offset = moved.next_offset, published = greatest(source.published, moved.published)
              from unnest($1::int4[], $2::int8[], $3::int8[], $4::int8[], $5::int8[])
                as moved (source_id, claims, position, next_offset, published)
             where source.source_id = moved.source_id and source.claims = moved.claims
               and source.next_offset = moved.position
            """;

    private static final String SET_BACK =
            """
            update source set next_offset = $3, published = least(published, $3)
             where source_id = $1 and claims = $2
            returning source_id, claims, next_offset, published
            """;

    private static final List<Column<Move>> MOVE_COLUMNS =
            List.of(
                    Column.of(Integer.class, move -> move.claim().sourceId()),
                    Column.of(Long.class, move -> move.claim().number()),
                    Column.of(Long.class, move -> move.claim().nextOffset()),
                    Column.of(Long.class, Move::nextOffset),
                    Column.of(Long.class, Move::published));

    private Claims() {}

    /// Takes the partition over from whoever had it.
    static Mono<Claim> claim(Connection connection, UUID topicId, int partition) {
        return one(connection.createStatement(CLAIM).bind(0, topicId).bind(1, partition));
    }

    /// The claim as it stands: what a lost answer leaves unknown.
    ///
    /// @return fails with [ClaimLostException] when somebody else has it
    static Mono<Claim> current(Connection connection, Claim claim) {
        return one(connection
                        .createStatement(CURRENT)
                        .bind(0, claim.sourceId())
                        .bind(1, claim.number()))
                .switchIfEmpty(Mono.error(() -> new ClaimLostException(List.of(claim))));
    }

    /// @return fails with [ClaimLostException] when somebody else has it
    static Mono<Claim> setBack(Connection connection, Claim claim, long nextOffset) {
        return one(connection
                        .createStatement(SET_BACK)
                        .bind(0, claim.sourceId())
                        .bind(1, claim.number())
                        .bind(2, nextOffset))
                .switchIfEmpty(Mono.error(() -> new ClaimLostException(List.of(claim))));
    }

    /// A claim, and where it is to stand.
    record Move(Claim claim, long nextOffset, long published) {}

    /// Compares and sets the positions of claims.
    ///
    /// @return how many were moved: those that are not are lost
    static Mono<Long> advance(Connection connection, List<Move> moves) {
        return count(bind(connection, ADVANCE, moves, MOVE_COLUMNS));
    }

    /// Goes on when all were moved.
    ///
    /// @return fails with [ClaimLostException] when one was not, and the transaction is no more
    static Mono<Long> allMine(Connection connection, List<Move> moves, long moved) {
        return moved == moves.size()
                ? Mono.just(moved)
                : Statements.rollback(connection)
                        .then(
                                Mono.error(() ->
                                        new ClaimLostException(
                                                moves.stream().map(Move::claim).toList())));
    }

    private static Mono<Claim> one(io.r2dbc.spi.Statement statement) {
        return list(
                        statement,
                        row ->
                                new Claim(
                                        required(row, "source_id", Integer.class),
                                        required(row, "claims", Long.class),
                                        required(row, "next_offset", Long.class),
                                        required(row, "published", Long.class)))
                .flatMap(rows -> rows.isEmpty() ? Mono.empty() : Mono.just(rows.getFirst()));
    }
}
