package io.reconverge.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.Measurement;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.reconverge.parts.Isolation;
import io.reconverge.parts.Parts;
import io.reconverge.service.kafka.Topics;
import io.reconverge.wire.Problem;
import io.reconverge.wire.ProblemType;
import io.reconverge.wire.WireJson;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.flywaydb.core.Flyway;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.WebTestClient;
import tools.jackson.databind.JsonNode;

/// The service as it runs in production, on a corner of the shared parts that is its own.
public final class Feed implements AutoCloseable {

    private static final int PARTITIONS = 3;

    private final Isolation isolation;
    private final ConfigurableApplicationContext context;
    private final Commits commits;

    private Feed(Isolation isolation, ConfigurableApplicationContext context) {
        this.isolation = isolation;
        this.context = context;
        this.commits = new Commits(isolation);
    }

    private static final class Shared {
        static final Feed FEED = start();
    }

    private static final class Tight {
        static final Feed FEED =
                start(
                        "reconverge.feed.page-size=2KB",
                        "reconverge.feed.heartbeat=100ms",
                        "reconverge.feed.slow-reader-timeout=1s",
                        "reconverge.feed.waiting-polls=2",
                        "reconverge.feed.streams=4",
                        "reconverge.feed.readers-per-space=3",
                        "reconverge.feed.buffer-events=4",
                        "reconverge.feed.buffer-size=2KB");
    }

    /// One for all tests that need no settings of their own. Each uses users of its own.
    public static Feed shared() {
        return Shared.FEED;
    }

    /// Another, whose every limit is soon reached.
    public static Feed tight() {
        return Tight.FEED;
    }

    /// One of a test's own.
    ///
    /// @param settings `name=value`
    public static Feed start(String... settings) {
        Isolation isolation = Parts.shared().isolate("feed");
        makeTables(isolation);
        makeTopics(isolation);
        Feed feed = startBare(isolation, settings);
        await().until(() -> feed.healthy("readiness"));
        return feed;
    }

    /// As if it were the first service to start: no tables, no topics.
    public static Feed startBare(Isolation isolation, String... settings) {
        return new Feed(isolation, run(isolation, settings));
    }

    /// As the worker does.
    public static void makeTables(Isolation isolation) {
        Map<String, Object> properties = isolation.properties();
        Flyway.configure()
                .dataSource(
                        (String) properties.get("spring.flyway.url"),
                        (String) properties.get("spring.flyway.user"),
                        (String) properties.get("spring.flyway.password"))
                .defaultSchema(isolation.schema())
                .load()
                .migrate();
    }

    /// As the worker does.
    public static void makeTopics(Isolation isolation) {
        var topics = new Topics(isolation.topicPrefix());
        makeTopic(isolation, topics.live());
        makeTopic(isolation, topics.changes());
        makeTopic(isolation, topics.writes());
    }

    public static void makeTopic(Isolation isolation, String name) {
        try (Admin admin = admin(isolation)) {
            admin.createTopics(List.of(new NewTopic(name, PARTITIONS, (short) 1))).all().get();
        } catch (ExecutionException | InterruptedException failure) {
            throw new IllegalStateException(failure);
        }
    }

    private static ConfigurableApplicationContext run(Isolation isolation, String... settings) {
        List<String> arguments = new ArrayList<>(List.of(isolation.arguments()));
        arguments.add("--server.port=0");
        arguments.add("--logging.structured.format.console=");
        arguments.add("--logging.level.root=warn");
        Stream.of(settings).map(setting -> "--" + setting).forEach(arguments::add);
        return ChangeFeedApplication.start(arguments.toArray(String[]::new));
    }

    public static Admin admin(Isolation isolation) {
        return Admin.create(
                Map.of(
                        AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
                        isolation.parts().broker().bootstrapServers()));
    }

    /// Stops it, in order, and returns when it has stopped.
    public void stop() {
        context.close();
    }

    public Isolation isolation() {
        return isolation;
    }

    public Commits commits() {
        return commits;
    }

    public int port() {
        return Integer.parseInt(context.getEnvironment().getRequiredProperty("local.server.port"));
    }

    /// A client with a good token of this user.
    public WebTestClient as(String user) {
        return with(Parts.shared().tokens().of(user));
    }

    public WebTestClient with(String token) {
        return anyone().mutate()
                .defaultHeader(HttpHeaders.AUTHORIZATION, "Bearer " + token)
                .build();
    }

    public WebTestClient anyone() {
        return WebTestClient.bindToServer()
                .baseUrl("http://127.0.0.1:" + port())
                .responseTimeout(Duration.ofSeconds(20))
                .codecs(codecs -> codecs.defaultCodecs().maxInMemorySize(64 * 1024 * 1024))
                .build();
    }

    /// What a reader gets, with 200, checked to be what the contract says.
    public JsonNode get(String user, String uri, Object... variables) {
        byte[] body =
                as(user).get()
                        .uri(uri, variables)
                        .exchange()
                        .expectStatus()
                        .isOk()
                        .expectHeader()
                        .contentType(MediaType.APPLICATION_JSON)
                        .expectBody()
                        .returnResult()
                        .getResponseBodyContent();
        JsonNode answer = WireJson.MAPPER.readTree(Objects.requireNonNull(body));
        assertThat(Contract.faults(uri, answer)).isEmpty();
        return answer;
    }

    /// The problem that a reader is told instead, checked to be of this kind.
    public Problem problem(ProblemType type, String user, String uri, Object... variables) {
        return problem(type, as(user).get().uri(uri, variables));
    }

    public Problem problem(ProblemType type, WebTestClient.RequestHeadersSpec<?> request) {
        byte[] body =
                request.exchange()
                        .expectStatus()
                        .isEqualTo(type.status())
                        .expectHeader()
                        .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                        .expectBody()
                        .returnResult()
                        .getResponseBodyContent();
        Problem problem = WireJson.MAPPER.readValue(Objects.requireNonNull(body), Problem.class);
        assertThat(problem.type()).isEqualTo(type.urn());
        return problem;
    }

    /// The sum of a metric over its tags.
    public double metric(String name) {
        return context.getBean(MeterRegistry.class).find(name).meters().stream()
                .map(Feed::first)
                .mapToDouble(Measurement::getValue)
                .sum();
    }

    /// One of its tags' values only.
    public double metric(String name, String tag, String value) {
        return context.getBean(MeterRegistry.class).find(name).tag(tag, value).meters().stream()
                .map(Feed::first)
                .mapToDouble(Measurement::getValue)
                .sum();
    }

    private static Measurement first(Meter meter) {
        return meter.measure().iterator().next();
    }

    public double statements() {
        return metric("reconverge.database.statements");
    }

    /// Whether a part of it is up.
    ///
    /// @param path `tail`, `readiness` …
    public boolean healthy(String path) {
        return anyone().get()
                .uri("/actuator/health/" + path)
                .exchange()
                .returnResult(Void.class)
                .getStatus()
                .is2xxSuccessful();
    }

    @Override
    public void close() {
        commits.close();
        context.close();
    }
}
