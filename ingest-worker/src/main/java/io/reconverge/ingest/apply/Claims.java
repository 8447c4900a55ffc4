package io.reconverge.ingest.apply;

import static io.reconverge.ingest.apply.Statements.count;
import static io.reconverge.ingest.apply.Statements.list;
import static io.reconverge.ingest.apply.Statements.required;

import io.r2dbc.spi.Connection;
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
            update source set next_offset = $4, published = greatest(published, $5)
             where source_id = $1 and claims = $2 and next_offset = $3
            """;

    private static final String SET_BACK =
            """
            update source set next_offset = $3, published = least(published, $3)
             where source_id = $1 and claims = $2
            returning source_id, claims, next_offset, published
            """;

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
                .switchIfEmpty(Mono.error(() -> new ClaimLostException(claim)));
    }

    /// @return fails with [ClaimLostException] when somebody else has it
    static Mono<Claim> setBack(Connection connection, Claim claim, long nextOffset) {
        return one(connection
                        .createStatement(SET_BACK)
                        .bind(0, claim.sourceId())
                        .bind(1, claim.number())
                        .bind(2, nextOffset))
                .switchIfEmpty(Mono.error(() -> new ClaimLostException(claim)));
    }

    /// Compares and sets the position.
    ///
    /// @return 1, or 0 when the claim is lost
    static Mono<Long> advance(Connection connection, Claim claim, long nextOffset, long published) {
        return count(
                connection
                        .createStatement(ADVANCE)
                        .bind(0, claim.sourceId())
                        .bind(1, claim.number())
                        .bind(2, claim.nextOffset())
                        .bind(3, nextOffset)
                        .bind(4, published));
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
