package io.reconverge.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import io.reconverge.client.replica.Query;
import io.reconverge.client.replica.Replica;
import io.reconverge.client.replica.ReplicaSettings;
import io.reconverge.client.replica.Space;
import io.reconverge.parts.Database;
import io.reconverge.parts.OnParts;
import io.reconverge.parts.Parts;
import io.reconverge.wire.WireJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// What large syncs cost, with a client of 128 MiB. Not a part of the build:
///
/// ```
/// ./mvnw -pl deploy/standalone -am test -Dtest=ClientLoadTest -Dsurefire.failIfNoSpecifiedTests=false -Dreconverge.load=true
/// ```
@OnParts
@EnabledIfSystemProperty(named = "reconverge.load", matches = "true")
class ClientLoadTest {

    private static final int ENTITIES = Integer.getInteger("reconverge.load.entities", 100_000);
    private static final int OPERATIONS = Integer.getInteger("reconverge.load.operations", 10_000);
    private static final int SEED_BATCH = 5_000;

    private static Pipeline pipeline;

    @TempDir Path folder;

    @BeforeAll
    static void start() throws SQLException {
        countStatements();
        pipeline = Pipeline.start("client-load", Map.of());
    }

    @AfterAll
    static void stop() {
        pipeline.close();
    }

    @Test
    void a_first_sync() throws Exception {
        String user = "load-" + UUID.randomUUID();
        seed(user);
        report("the first sync of " + ENTITIES + " entities", user, ENTITIES);
        report("a sync with nothing new", user, 0);
        inReplica(space -> assertThat(space.list(Query.of("load"))).hasSize(ENTITIES));
    }

    @Test
    void a_push() throws Exception {
        String user = "load-" + UUID.randomUUID();
        System.out.printf("%d writes: %s%n", OPERATIONS, run(user, "write", "" + OPERATIONS));
        report("the push of " + OPERATIONS + " operations", user, OPERATIONS);
        inReplica(space -> assertThat(space.counts().pending()).isZero());
        assertThat(pipeline.get(user, "/v1/spaces/me/status").json().get("version").asLong())
                .isEqualTo(OPERATIONS);
    }

    private void report(String what, String user, int entities) throws Exception {
        long before = statements();
        long begun = System.nanoTime();
        String said = run(user, "sync", pipeline.gateway().toString());
        double seconds = (System.nanoTime() - begun) / 1e9;
        System.out.printf(
                "%s: %s; with the process's start %.1f s, %.0f entities/s; %d PostgreSQL statements%n",
                what, said, seconds, entities / seconds, statements() - before);
    }

    private void inReplica(Consumer<Space> look) {
        try (Replica replica =
                Replica.open(folder.resolve("replica.db"), ReplicaSettings.defaults())) {
            look.accept(replica.me());
        }
    }

    private static void seed(String user) {
        for (int i = 0; i < ENTITIES; i += SEED_BATCH) {
            ObjectNode body = WireJson.MAPPER.createObjectNode();
            ArrayNode changes = body.put("deviceId", "seed").putArray("changes");
            for (int j = i; j < Math.min(ENTITIES, i + SEED_BATCH); j++) {
                changes.addObject()
                        .put("changeId", UUID.randomUUID().toString())
                        .put("type", "load")
                        .put("id", "e-" + j)
                        .put("op", "put")
                        .set("data", ClientLoad.data(j).tree());
            }
            Pipeline.Answer answer = pipeline.post(user, "/v1/spaces/me/sync", body.toString());
            assertThat(answer.status()).as(answer.body()).isIn(200, 202);
        }
        Pipeline.until(
                "all entities are there",
                () ->
                        pipeline.get(user, "/v1/spaces/me/status").json().get("version").asLong()
                                == ENTITIES);
    }

    /// @return what it said
    private String run(String user, String... arguments) throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xmx128m",
                                "--enable-native-access=ALL-UNNAMED",
                                "-cp",
                                System.getProperty("java.class.path"),
                                ClientLoad.class.getName(),
                                folder.toString()));
        String options = System.getProperty("reconverge.load.jvm");
        if (options != null) {
            command.addAll(1, List.of(options.split(" ")));
        }
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("TOKEN", Parts.shared().tokens().of(user));
        Path complaints = folder.resolve("complaints");
        Process process = builder.redirectError(complaints.toFile()).start();
        String said =
                new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        assertThat(process.waitFor()).as(Files.readString(complaints)).isZero();
        return said;
    }

    /// Of the services in all, since they are counted.
    private static long statements() throws SQLException {
        try (Connection connection = superuser();
                Statement statement = connection.createStatement();
                ResultSet rows =
                        statement.executeQuery(
                                """
                                select sum(calls) from pg_stat_statements
                                 where query not like '%pg_stat_statements%'
                                """)) {
            rows.next();
            return rows.getLong(1);
        }
    }

    private static void countStatements() throws SQLException {
        try (Connection connection = superuser();
                Statement statement = connection.createStatement()) {
            statement.execute("alter system set shared_preload_libraries = 'pg_stat_statements'");
            statement.execute("alter system set pg_stat_statements.track_utility = on");
        }
        Database database = Parts.shared().database();
        database.stop();
        database.start();
        try (Connection connection = superuser();
                Statement statement = connection.createStatement()) {
            statement.execute("create extension if not exists pg_stat_statements");
        }
    }

    /// The embedded one's has the owner's password.
    private static Connection superuser() throws SQLException {
        Database database = Parts.shared().database();
        return DriverManager.getConnection(
                "jdbc:postgresql://%s:%d/postgres".formatted(database.host(), database.port()),
                "postgres",
                database.password());
    }
}
