package io.reconverge.media;

import static org.awaitility.Awaitility.await;

import io.reconverge.ingest.IngestWorkerApplication;
import io.reconverge.parts.Isolation;
import io.reconverge.parts.Parts;
import io.reconverge.wire.SpaceId;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/// A corner of the shared parts that is a test's own, with an ingest worker in it, for one or more
/// media services to run in; and what a test sees of its tables and its bucket.
public final class Corner implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Isolation isolation;
    private final StoredObjects objects;
    private @Nullable ConfigurableApplicationContext worker;

    private Corner(Isolation isolation) {
        this.isolation = isolation;
        this.objects = StoredObjects.of(isolation);
    }

    /// With a worker that takes writes.
    public static Corner open() {
        Corner corner = openBare();
        corner.startWorker();
        return corner;
    }

    /// With no tables and no topics, until [#startWorker].
    public static Corner openBare() {
        return new Corner(Parts.shared().isolate("media"));
    }

    /// Returns when all its partitions are its own.
    public void startWorker() {
        List<String> arguments = arguments(Stream.of(isolation.arguments()));
        arguments.add("--server.port=0");
        arguments.add("--reconverge.topics.partitions=2");
        arguments.add("--reconverge.topics.result-partitions=2");
        worker =
                new SpringApplicationBuilder(IngestWorkerApplication.class)
                        .web(WebApplicationType.REACTIVE)
                        .properties("spring.config.name=" + IngestWorkerApplication.NAME)
                        .run(arguments.toArray(String[]::new));
        try (Admin admin = admin()) {
            await().atMost(PATIENCE).until(() -> partitionsTaken(admin) == 2);
        }
    }

    /// In order. Writes wait on their topic until there is a worker again.
    public void stopWorker() {
        if (worker != null) {
            worker.close();
            worker = null;
        }
    }

    public Isolation isolation() {
        return isolation;
    }

    /// The bucket.
    public StoredObjects objects() {
        return objects;
    }

    /// A user's own space.
    public static UUID space(String user) {
        return SpaceId.personal(user);
    }

    /// The arguments of a media service in this corner.
    ///
    /// @param settings `name=value`, over those that the corner gives
    String[] arguments(String... settings) {
        List<String> arguments = arguments(Stream.of(isolation.mediaArguments()));
        arguments.add("--server.port=0");
        Stream.of(settings).map(setting -> "--" + setting).forEach(arguments::add);
        Map<String, String> last = new LinkedHashMap<>();
        arguments.forEach(
                argument -> last.put(argument.substring(0, argument.indexOf('=')), argument));
        return last.values().toArray(String[]::new);
    }

    private static List<String> arguments(Stream<String> isolated) {
        List<String> arguments = new ArrayList<>(isolated.toList());
        arguments.add("--logging.structured.format.console=");
        arguments.add("--logging.level.root=warn");
        return arguments;
    }

    public Admin admin() {
        return Admin.create(
                Map.of(
                        AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
                        isolation.parts().broker().bootstrapServers()));
    }

    private int partitionsTaken(Admin admin) {
        String group = isolation.topicPrefix() + "ingest-worker";
        CompletableFuture<Integer> taken =
                admin.describeConsumerGroups(List.of(group))
                        .all()
                        .toCompletionStage()
                        .toCompletableFuture()
                        .thenApply(groups ->
                                groups.values().stream()
                                        .flatMap(described -> described.members().stream())
                                        .mapToInt(member ->
                                                member.assignment().topicPartitions().size())
                                        .sum())
                        .exceptionally(notThere -> 0);
        return taken.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
    }

    /// To the database, as its owner, in this corner's schema.
    public Connection database() throws SQLException {
        return DriverManager.getConnection(
                isolation.jdbcUrl(),
                isolation.parts().database().user(),
                isolation.parts().database().password());
    }

    /// The rows of a query, each with its columns by their names.
    public List<Map<String, @Nullable Object>> rows(String sql, @Nullable Object... arguments) {
        try (Connection connection = database();
                PreparedStatement statement = prepared(connection, sql, arguments);
                ResultSet rows = statement.executeQuery()) {
            List<Map<String, @Nullable Object>> read = new ArrayList<>();
            while (rows.next()) {
                Map<String, @Nullable Object> row = new LinkedHashMap<>();
                for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
                    row.put(rows.getMetaData().getColumnLabel(i), rows.getObject(i));
                }
                read.add(row);
            }
            return read;
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        }
    }

    /// The one number that a query gives.
    public long number(String sql, @Nullable Object... arguments) {
        try (Connection connection = database();
                PreparedStatement statement = prepared(connection, sql, arguments);
                ResultSet rows = statement.executeQuery()) {
            rows.next();
            return rows.getLong(1);
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        }
    }

    /// Changes tables behind the services' backs.
    ///
    /// @return how many rows
    public int change(String sql, @Nullable Object... arguments) {
        try (Connection connection = database();
                PreparedStatement statement = prepared(connection, sql, arguments)) {
            return statement.executeUpdate();
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        }
    }

    private static PreparedStatement prepared(
            Connection connection, String sql, @Nullable Object... arguments) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        for (int i = 0; i < arguments.length; i++) {
            statement.setObject(i + 1, arguments[i]);
        }
        return statement;
    }

    @Override
    public void close() {
        stopWorker();
        objects.close();
    }
}
