package io.reconverge.ingest.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.r2dbc.proxy.ProxyConnectionFactory;
import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryOptions;
import io.reconverge.ingest.decide.Rules;
import io.reconverge.ingest.lane.Inbound;
import io.reconverge.parts.Isolation;
import io.reconverge.parts.OnParts;
import io.reconverge.parts.Parts;
import io.reconverge.wire.Change;
import io.reconverge.wire.ChangeEvent;
import io.reconverge.wire.ChangeResult;
import io.reconverge.wire.JsonObject;
import io.reconverge.wire.OnConflict;
import io.reconverge.wire.Op;
import io.reconverge.wire.SpaceId;
import io.reconverge.wire.Violation;
import io.reconverge.wire.WriteRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.flywaydb.core.Flyway;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@OnParts
class ApplierTest {

    private static final long NOW = 1_767_200_000_000L;
    private static final AtomicInteger STATEMENTS = new AtomicInteger();
    private static final Rules ANYTHING =
            new Rules() {
                @Override
                public OnConflict onConflict(String type) {
                    return OnConflict.LWW;
                }

                @Override
                public List<Violation> check(String type, JsonObject data) {
                    return List.of();
                }
            };

    private static ConnectionFactory connections;

    private final Applier applier =
            new Applier(ANYTHING, () -> java.time.Instant.ofEpochMilli(NOW), () -> 7);
    private final UUID topic = UUID.randomUUID();
    private Session session;
    private Claim claim;

    @BeforeAll
    static void migrate() {
        Isolation isolation = Parts.shared().isolate("applier");
        var database = Parts.shared().database();
        Flyway.configure()
                .dataSource(database.jdbcUrl(), database.user(), database.password())
                .defaultSchema(isolation.schema())
                .load()
                .migrate();
        ConnectionFactory plain =
                ConnectionFactories.get(
                        ConnectionFactoryOptions.parse(
                                        database.r2dbcUrl() + "?schema=" + isolation.schema())
                                .mutate()
                                .option(ConnectionFactoryOptions.USER, database.user())
                                .option(ConnectionFactoryOptions.PASSWORD, database.password())
                                .build());
        connections =
                ProxyConnectionFactory.builder(plain)
                        .onBeforeQuery(query -> STATEMENTS.incrementAndGet())
                        .build();
    }

    @BeforeEach
    void claim() {
        session = new Session(connections, Duration.ofSeconds(20));
        claim = applier.claim(session, topic, 0);
    }

    @AfterEach
    void close() {
        session.close();
    }

    /// Two more for the first writes to people's own spaces, which get their rows then.
    @Test
    void a_batch_takes_ten_statements_whatever_its_size() {
        for (int requests : new int[] {1, 40, 400}) {
            for (int expected : new int[] {12, 10}) {
                List<Inbound.Write> batch = new ArrayList<>();
                for (int i = 0; i < requests; i++) {
                    String user = "user-" + requests + "-" + i % 20;
                    batch.add(
                            write(
                                    claim.nextOffset() + i,
                                    request(
                                            user,
                                            put("a", null),
                                            put("b", 0L),
                                            merging("a", 1L),
                                            refused("a"))));
                }
                STATEMENTS.set(0);

                Applied applied =
                        applier.apply(
                                session,
                                new Applier.Part(claim, batch, claim.nextOffset() + requests, 0));

                assertThat(STATEMENTS.get())
                        .as("statements for %d requests", requests)
                        .isEqualTo(expected);
                assertThat(applied.answers()).hasSize(requests);
                claim = applied.claim();
            }
        }
    }

    @Test
    void who_lost_the_partition_commits_nothing() {
        Claim newer = applier.claim(session, topic, 0);
        List<Inbound.Write> batch = List.of(write(0, request("zombie", put("a", null))));

        assertThatThrownBy(() -> applier.apply(session, new Applier.Part(claim, batch, 1, 0)))
                .isInstanceOf(ClaimLostException.class);

        assertThat(applier.refresh(session, newer).nextOffset()).isZero();
        assertThat(applier.apply(session, new Applier.Part(newer, batch, 1, 0)).events())
                .extracting(ChangeEvent::version)
                .containsExactly(1L);
    }

    @Test
    void several_partitions_are_one_transaction_and_each_gets_its_own_back() {
        Claim other = applier.claim(session, topic, 1);
        var here =
                new Applier.Part(
                        claim,
                        List.of(
                                write(0, request("here", put("a", null))),
                                write(1, request("both", put("a", null)))),
                        2,
                        0);
        var nothing = new Applier.Part(applier.claim(session, topic, 2), List.of(), 7, 0);
        var there =
                new Applier.Part(
                        other,
                        List.of(
                                write(4, request("there", put("b", null), refused("b"))),
                                // which happens when a topic's partitions were made more
                                write(5, request("both", put("b", null)))),
                        6,
                        3);
        STATEMENTS.set(0);

        List<Applied> applied = applier.apply(session, List.of(here, nothing, there));

        // no base versions to read
        assertThat(STATEMENTS).hasValue(11);
        assertThat(applied)
                .extracting(part -> part.claim().nextOffset())
                .containsExactly(2L, 7L, 6L);
        assertThat(applied)
                .extracting(part -> part.answers().stream().map(ApplierTest::users).toList())
                .containsExactly(
                        List.of(own("here"), own("both")),
                        List.of(),
                        List.of(own("there"), own("both")));
        assertThat(applied)
                .extracting(part -> part.events().stream().map(ApplierTest::version).toList())
                .containsExactly(
                        List.of(own("here") + " 1", own("both") + " 1"),
                        List.of(),
                        List.of(own("there") + " 1", own("both") + " 2"));
        assertThat(applier.refresh(session, other).published()).isEqualTo(3);
    }

    private static UUID own(String user) {
        return request(user, put("a", null)).space();
    }

    private static UUID users(Applied.Answer answer) {
        return answer.result().space();
    }

    private static String version(ChangeEvent event) {
        return event.space() + " " + event.version();
    }

    @Test
    void where_one_of_several_partitions_is_lost_nothing_is_committed() {
        Claim other = applier.claim(session, topic, 1);
        applier.claim(session, topic, 0);
        var lost =
                new Applier.Part(claim, List.of(write(0, request("lost", put("a", null)))), 1, 0);
        var kept =
                new Applier.Part(other, List.of(write(0, request("kept", put("a", null)))), 1, 0);

        assertThatThrownBy(() -> applier.apply(session, List.of(lost, kept)))
                .isInstanceOf(ClaimLostException.class);

        assertThat(applier.refresh(session, other)).isEqualTo(other);
        assertThat(applier.apply(session, kept).events())
                .extracting(ChangeEvent::version)
                .containsExactly(1L);
    }

    @Test
    void who_took_a_record_twice_commits_it_once() {
        List<Inbound.Write> batch = List.of(write(0, request("twice", put("a", null))));
        applier.apply(session, new Applier.Part(claim, batch, 1, 0));

        assertThatThrownBy(() -> applier.apply(session, new Applier.Part(claim, batch, 1, 0)))
                .isInstanceOf(ClaimLostException.class);
        assertThat(applier.refresh(session, claim).nextOffset()).isEqualTo(1);
    }

    @Test
    void a_record_below_the_position_gets_its_first_answers_and_its_log_rows_again() {
        List<Inbound.Write> batch =
                List.of(write(0, request("again", put("a", null), put("b", null), refused("a"))));
        Applied first = applier.apply(session, new Applier.Part(claim, batch, 1, 0));

        Applied again = Recovery.recover(session, first.claim(), batch);

        assertThat(again.events()).isEqualTo(first.events());
        List<ChangeResult> results = again.answers().getFirst().result().results();
        assertThat(results.subList(0, 2))
                .isEqualTo(first.answers().getFirst().result().results().subList(0, 2));
        assertThat(results.get(2)).isInstanceOf(ChangeResult.Conflict.class);
    }

    @Test
    void what_came_with_another_record_is_not_published_with_this_one() {
        Change change = put("a", null);
        List<Inbound.Write> both =
                List.of(write(0, request("other", change)), write(1, request("other", change)));
        Applied first = applier.apply(session, new Applier.Part(claim, both, 2, 0));

        Applied second = Recovery.recover(session, first.claim(), both.subList(1, 2));

        assertThat(second.events()).isEmpty();
        assertThat(second.answers().getFirst().result().results())
                .containsExactly(new ChangeResult.Applied(change.changeId(), 1, true, true));
    }

    @Test
    void a_put_that_merges_is_compared_with_what_its_base_held() {
        Change created =
                new Change(
                        UUID.randomUUID(),
                        "thing",
                        "m",
                        Op.PUT,
                        object("{'a':1,'b':1,'c':1}"),
                        null,
                        10,
                        null);
        Change edited =
                new Change(
                        UUID.randomUUID(), "thing", "m", Op.PATCH, object("{'a':2}"), 1L, 20, null);
        Change late =
                new Change(
                        UUID.randomUUID(),
                        "thing",
                        "m",
                        Op.PUT,
                        object("{'a':1,'b':9,'c':1}"),
                        1L,
                        15,
                        OnConflict.MERGE);
        claim =
                applier.apply(
                                session,
                                new Applier.Part(
                                        claim, List.of(write(0, request("merger", created))), 1, 0))
                        .claim();
        claim =
                applier.apply(
                                session,
                                new Applier.Part(
                                        claim, List.of(write(1, request("merger", edited))), 2, 0))
                        .claim();

        Applied applied =
                applier.apply(
                        session,
                        new Applier.Part(claim, List.of(write(2, request("merger", late))), 3, 0));

        var result =
                (ChangeResult.Merged) applied.answers().getFirst().result().results().getFirst();
        assertThat(result.conflictFields()).isEmpty();
        assertThat(applied.events().getFirst().data()).isEqualTo(object("{'a':2,'b':9,'c':1}"));
    }

    private static JsonObject object(String json) {
        return JsonObject.ofText(json.replace('\'', '"'));
    }

    private static Change put(String id, @Nullable Long base) {
        return new Change(
                UUID.randomUUID(), "thing", id, Op.PUT, object("{'x':1}"), base, NOW, null);
    }

    private static Change merging(String id, long base) {
        return new Change(
                UUID.randomUUID(),
                "thing",
                id,
                Op.PUT,
                object("{'y':2}"),
                base,
                NOW,
                OnConflict.MERGE);
    }

    private static Change refused(String id) {
        return new Change(
                UUID.randomUUID(), "thing", id, Op.PUT, object("{}"), 0L, NOW, OnConflict.REJECT);
    }

    private static WriteRecord request(String user, Change... changes) {
        return new WriteRecord(
                UUID.randomUUID(), SpaceId.personal(user), user, "", false, NOW, List.of(changes));
    }

    private static Inbound.Write write(long offset, WriteRecord request) {
        return new Inbound.Write(
                new ConsumerRecord<>("writes", 0, offset, new byte[0], new byte[0]), request, null);
    }
}
