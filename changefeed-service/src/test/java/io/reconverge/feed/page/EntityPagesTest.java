package io.reconverge.feed.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.reconverge.feed.Feed;
import io.reconverge.feed.Write;
import io.reconverge.parts.Database;
import io.reconverge.parts.OnParts;
import io.reconverge.wire.SpaceId;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// What a page costs the database.
@OnParts
class EntityPagesTest {

    private static final String CHANGES = "/v1/spaces/me/changes";
    private static final String USER = "pages-cost";
    private static final int ENTITIES = 3_000;

    private final Feed feed = Feed.shared();

    @Test
    void every_read_is_one_statement() {
        feed.commits().put("pages-count", Write.put("note", "1", "{}"));
        double before = feed.statements();
        String cursor = feed.get("pages-count", CHANGES).get("cursor").stringValue();
        assertThat(feed.statements() - before).isEqualTo(1);
        feed.get("pages-count", CHANGES + "?cursor=" + cursor);
        assertThat(feed.statements() - before).isEqualTo(2);
        feed.get("pages-count", CHANGES + "?type=note&cursor=" + cursor);
        assertThat(feed.statements() - before).isEqualTo(3);
    }

    @Test
    void a_poll_with_nothing_new_reads_the_space_by_its_primary_key_and_no_entity()
            throws SQLException {
        fill();
        assertThat(
                        plan(
                                "explain (analyze, costs off, timing off) execute page ('%s', %d, null, 501, 8388608)"
                                        .formatted(SpaceId.personal(USER), ENTITIES)))
                .containsPattern("Index Scan using space_pkey on space .*rows=1")
                .containsPattern("using entity_by_version on entity \\(never executed\\)");
    }

    @Test
    void a_page_walks_the_index_in_its_order_and_stops_at_its_limit() throws SQLException {
        fill();
        for (String types : List.of("null", "array['note']")) {
            String plan =
                    plan(
                            "explain (analyze, costs off, timing off) execute page ('%s', 100, %s, 11, 8388608)"
                                    .formatted(SpaceId.personal(USER), types));
            assertThat(plan).doesNotContain("Sort").contains("using entity_by_version on entity");
            // rows that any part of the plan touched; a window looks one ahead
            assertThat(
                            Pattern.compile("rows=(\\d+)")
                                    .matcher(plan)
                                    .results()
                                    .map(MatchResult::group)
                                    .map(rows -> Integer.parseInt(rows.substring(5))))
                    .allSatisfy(rows -> assertThat(rows).isLessThanOrEqualTo(12));
        }
    }

    @Test
    void large_entities_that_do_not_fit_the_page_stay_in_the_database() throws SQLException {
        String user = "pages-large";
        var random = new Random(5);
        feed.commits()
                .put(
                        user,
                        IntStream.range(0, 60)
                                .mapToObj(i -> Write.put("note", "n-" + i, incompressible(random)))
                                .toArray(Write[]::new));
        String plan =
                plan(
                        "explain (analyze, costs off, timing off) execute page ('%s', 0, null, 501, 1000000)"
                                .formatted(SpaceId.personal(user)));
        assertThat(plan).containsPattern("Nested Loop Left Join \\(actual rows=(9|10|11)\\.");
        Feed tight = Feed.tight();
        tight.commits()
                .put(
                        user,
                        Write.put("note", "1", incompressible(random)),
                        Write.put("note", "2", incompressible(random)));
        JsonNode first = tight.get(user, CHANGES);
        assertThat(first.get("changes").size()).isEqualTo(1);
        assertThat(first.get("hasMore").booleanValue()).isTrue();
        JsonNode second = tight.get(user, CHANGES + "?cursor=" + first.get("cursor").stringValue());
        assertThat(second.get("changes").size()).isEqualTo(1);
        assertThat(second.get("hasMore").booleanValue()).isFalse();
    }

    private static String incompressible(Random random) {
        byte[] bytes = new byte[75_000];
        random.nextBytes(bytes);
        return "{\"photo\":\"" + Base64.getEncoder().encodeToString(bytes) + "\"}";
    }

    private void fill() {
        if (feed.get(USER, CHANGES + "?limit=1").get("version").longValue() == 0) {
            feed.commits()
                    .put(
                            USER,
                            IntStream.range(0, ENTITIES)
                                    .mapToObj(i -> Write.put("note", "n-" + i, "{\"n\":1}"))
                                    .toArray(Write[]::new));
            // with a handful of spaces the planner would rather look at all of them
            feed.commits()
                    .sql(
                            """
                            insert into space (space_id, epoch, head, clock)
                            select gen_random_uuid(), 1, 0, 0 from generate_series(1, 2000)
                            """);
            feed.commits().sql("analyze space, entity");
        }
    }

    /// The plan for parameters that the planner does not know, which is what a statement gets after
    /// its first runs; with the session's settings of the service.
    private String plan(String explain) throws SQLException {
        Database database = feed.isolation().parts().database();
        try (Connection connection =
                        DriverManager.getConnection(
                                feed.isolation().jdbcUrl(), database.user(), database.password());
                Statement statement = connection.createStatement()) {
            statement.execute("set plan_cache_mode = force_generic_plan");
            statement.execute("set enable_sort = off");
            statement.execute("set enable_bitmapscan = off");
            statement.execute(
                    "prepare page (uuid, bigint, text[], int, bigint) as " + EntityPages.SINCE);
            List<String> lines = new ArrayList<>();
            try (ResultSet rows = statement.executeQuery(explain)) {
                while (rows.next()) {
                    lines.add(rows.getString(1));
                }
            }
            return String.join("\n", lines);
        }
    }
}
