package io.reconverge.parts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryOptions;
import java.net.URI;
import java.sql.DriverManager;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

@OnParts
class PartsTest {
    private final Parts parts = Parts.shared();

    @Test
    void two_isolations_share_the_parts_and_nothing_else() {
        Isolation one = parts.isolate("one");
        Isolation two = parts.isolate("two");
        assertThat(one.properties())
                .containsEntry(
                        "spring.kafka.bootstrap-servers",
                        two.properties().get("spring.kafka.bootstrap-servers"));
        assertThat(one.topicPrefix())
                .startsWith("one-")
                .endsWith(".")
                .isNotEqualTo(two.topicPrefix());
        assertThat(one.schema()).startsWith("one_").isNotEqualTo(two.schema());
        assertThat(parts.isolate("one").schema()).isNotEqualTo(one.schema());
    }

    @Test
    void the_reactive_url_leads_into_the_schema() {
        Isolation here = parts.isolate("search-path");
        assertThat(reactiveAnswer(here, "select current_schema()")).isEqualTo(here.schema());
        assertThat(reactiveAnswer(here, "create table t as select 1; select 'made'"))
                .isEqualTo("made");
        assertThat(reactiveAnswer(here, "select schemaname from pg_tables where tablename = 't'"))
                .isEqualTo(here.schema());
    }

    @Test
    void the_blocking_url_leads_into_the_schema_too() throws Exception {
        Isolation here = parts.isolate("jdbc");
        Database database = parts.database();
        try (var connection =
                        DriverManager.getConnection(
                                here.jdbcUrl(), database.user(), database.password());
                var rows = connection.createStatement().executeQuery("select current_schema()")) {
            rows.next();
            assertThat(rows.getString(1)).isEqualTo(here.schema());
        }
    }

    @Test
    void the_broker_answers_where_the_properties_say() throws Exception {
        assertThat(brokers(parts.isolate("broker"))).isEqualTo(1);
    }

    @Test
    void the_broker_and_the_database_can_be_stopped_and_started_again() throws Exception {
        Isolation here = parts.isolate("stopped");
        parts.database().stop();
        assertThatThrownBy(() -> reactiveAnswer(here, "select 'here'"));
        parts.database().start();
        assertThat(reactiveAnswer(here, "select 'here'")).isEqualTo("here");
        parts.broker().stop();
        parts.broker().start();
        assertThat(brokers(here)).isEqualTo(1);
    }

    @Test
    void each_isolation_has_a_bucket_where_the_properties_say() {
        Isolation one = parts.isolate("blobs");
        Isolation two = parts.isolate("blobs");
        try (Bucket bucket = bucketOf(one);
                Bucket other = bucketOf(two)) {
            bucket.put("a", new byte[3]);
            assertThat(bucket.objects("", null)).hasSize(1);
            assertThat(other.objects("", null)).isEmpty();
            assertThat(one.bucket()).isEqualTo(bucket.name());
            assertThat(bucket.get("a")).hasSize(3);

            parts.objectStore().stop();
            assertThatThrownBy(() -> bucket.get("a"));
            parts.objectStore().start();
            assertThat(bucket.get("a")).hasSize(3);
        }
    }

    private static Bucket bucketOf(Isolation isolation) {
        Map<String, Object> properties = isolation.mediaProperties();
        assertThat(properties)
                .containsAllEntriesOf(isolation.properties())
                .containsEntry("reconverge.media.s3.region", "us-east-1")
                .containsEntry("reconverge.media.s3.path-style", true);
        return Bucket.of(
                URI.create(String.valueOf(properties.get("reconverge.media.s3.endpoint"))),
                String.valueOf(properties.get("reconverge.media.s3.access-key")),
                String.valueOf(properties.get("reconverge.media.s3.secret-key")),
                String.valueOf(properties.get("reconverge.media.s3.bucket")));
    }

    @Test
    void arguments_say_the_same_as_properties() {
        Isolation here = parts.isolate("arguments");
        assertThat(here.arguments())
                .hasSameSizeAs(here.properties().keySet())
                .contains("--reconverge.topics.prefix=" + here.topicPrefix())
                .contains("--reconverge.identity.jwks-uri=" + parts.tokens().jwksUri());
        assertThat(here.mediaArguments())
                .hasSameSizeAs(here.mediaProperties().keySet())
                .contains("--reconverge.media.s3.bucket=" + here.bucket());
    }

    @Test
    void a_name_that_is_none_is_refused() {
        assertThatThrownBy(() -> parts.isolate("a b; drop"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static int brokers(Isolation isolation) throws Exception {
        Object address = isolation.properties().get("spring.kafka.bootstrap-servers");
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", String.valueOf(address)))) {
            return admin.describeCluster().nodes().get().size();
        }
    }

    private static String reactiveAnswer(Isolation isolation, String query) {
        Map<String, Object> properties = isolation.properties();
        ConnectionFactory connections =
                ConnectionFactories.get(
                        ConnectionFactoryOptions.parse(
                                        String.valueOf(properties.get("spring.r2dbc.url")))
                                .mutate()
                                .option(
                                        ConnectionFactoryOptions.USER,
                                        String.valueOf(properties.get("spring.r2dbc.username")))
                                .option(
                                        ConnectionFactoryOptions.PASSWORD,
                                        String.valueOf(properties.get("spring.r2dbc.password")))
                                .build());
        String answer =
                Flux.usingWhen(
                                connections.create(),
                                connection ->
                                        Flux.from(connection.createStatement(query).execute())
                                                .concatMap(result ->
                                                        result.map((row, metadata) ->
                                                                row.get(0, String.class))),
                                connection -> Mono.from(connection.close()))
                        .blockLast();
        return String.valueOf(answer);
    }
}
