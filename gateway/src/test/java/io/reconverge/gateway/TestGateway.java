package io.reconverge.gateway;

import io.reconverge.parts.Isolation;
import io.reconverge.parts.Parts;
import io.reconverge.parts.Tokens;
import io.reconverge.service.kafka.Topics;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.http.HttpHeaders;
import org.springframework.test.web.reactive.server.WebTestClient;

/// A gateway on a real port and the real broker, with plain stand-ins where worker, feed and media
/// service would be. Tests keep apart by their users: each user has a space of its own.
public final class TestGateway implements AutoCloseable {

    private static @Nullable TestGateway shared;
    private static @Nullable TestGateway strict;

    private final Isolation isolation;
    private final TestService feed;
    private final TestService media;
    private final TestWorker worker;
    private final ConfigurableApplicationContext context;

    private TestGateway(String... settings) {
        isolation = Parts.shared().isolate("gateway");
        Topics topics = new Topics(isolation.topicPrefix());
        String brokers = Parts.shared().broker().bootstrapServers();
        createTopics(brokers, topics);
        feed = TestService.start();
        media = TestService.start();
        worker = new TestWorker(brokers, topics);
        context = GatewayApplication.start(arguments(settings));
    }

    private TestGateway(TestGateway other) {
        isolation = other.isolation;
        feed = other.feed;
        media = other.media;
        worker = other.worker;
        context = GatewayApplication.start(arguments());
    }

    private String[] arguments(String... settings) {
        List<String> arguments = new ArrayList<>(List.of(isolation.arguments()));
        arguments.add("--server.port=0");
        arguments.add("--management.server.port=0");
        arguments.add("--reconverge.gateway.feed.uri=" + feed.uri());
        arguments.add("--reconverge.gateway.media.uri=" + media.uri());
        arguments.addAll(List.of(settings));
        return arguments.toArray(String[]::new);
    }

    /// A second gateway beside this one, on the same topics and stand-ins.
    public TestGateway another() {
        return new TestGateway(this);
    }

    /// Ends the gateway, and none of its stand-ins.
    public void stop() {
        context.close();
    }

    /// One for all tests that need no settings of their own. Its rate limits are out of the way.
    public static synchronized TestGateway shared() {
        if (shared == null) {
            shared =
                    start(
                            "--reconverge.gateway.limit.address-per-minute=1000000",
                            "--reconverge.gateway.limit.user-per-minute=1000000");
        }
        shared.feed.reset();
        shared.media.reset();
        shared.worker.reset();
        return shared;
    }

    /// One that has little patience and low limits, and believes a proxy before it, so that a test
    /// can come from any address.
    public static synchronized TestGateway strict() {
        if (strict == null) {
            strict =
                    start(
                            "--server.forward-headers-strategy=native",
                            "--reconverge.gateway.in-flight-bytes=8MB",
                            "--reconverge.gateway.body-timeout=1s",
                            "--reconverge.gateway.limit.address-per-minute=5",
                            "--reconverge.gateway.limit.user-per-minute=20",
                            "--reconverge.gateway.cors.allowed-origins=https://app.example");
        }
        strict.feed.reset();
        strict.media.reset();
        strict.worker.reset();
        return strict;
    }

    public static TestGateway start(String... settings) {
        return new TestGateway(settings);
    }

    private static void createTopics(String brokers, Topics topics) {
        Map<String, String> large = Map.of("max.message.bytes", "8388608");
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", brokers))) {
            admin.createTopics(
                            List.of(
                                    new NewTopic(topics.writes(), 3, (short) 1).configs(large),
                                    new NewTopic(topics.results(), 4, (short) 1).configs(large)))
                    .all()
                    .get();
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException("no topics for the test", e);
        }
    }

    public TestService feed() {
        return feed;
    }

    public TestService media() {
        return media;
    }

    public TestWorker worker() {
        return worker;
    }

    public <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    public int port() {
        return port("local.server.port");
    }

    public int managementPort() {
        return port("local.management.port");
    }

    private int port(String property) {
        return context.getEnvironment().getRequiredProperty(property, Integer.class);
    }

    /// A path as it is, not encoded once more.
    public URI uri(String rawPath) {
        return URI.create("http://127.0.0.1:" + port() + rawPath);
    }

    /// Without a token.
    public WebTestClient anyone() {
        return WebTestClient.bindToServer()
                .baseUrl("http://127.0.0.1:" + port())
                .responseTimeout(Duration.ofSeconds(40))
                .codecs(codecs -> codecs.defaultCodecs().maxInMemorySize(16 * 1024 * 1024))
                .build();
    }

    public WebTestClient as(String user) {
        return with(Parts.shared().tokens().of(user));
    }

    public WebTestClient with(String token) {
        return anyone().mutate()
                .defaultHeader(HttpHeaders.AUTHORIZATION, "Bearer " + token)
                .build();
    }

    public static Tokens tokens() {
        return Parts.shared().tokens();
    }

    /// A user that no other test has.
    public static String someone() {
        return "user-" + UUID.randomUUID();
    }

    /// Waits for what happens on another thread, not for long.
    public static void eventually(BooleanSupplier happened) {
        long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (!happened.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("it did not happen");
            }
            try {
                Thread.sleep(10);
            } catch (InterruptedException stopped) {
                throw new AssertionError(stopped);
            }
        }
    }

    public static String encoded(String id) {
        return URLEncoder.encode(id, StandardCharsets.UTF_8).replace("+", "%20");
    }

    @Override
    public void close() {
        context.close();
        worker.close();
        feed.close();
        media.close();
    }
}
