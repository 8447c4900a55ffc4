package io.reconverge.standalone;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.reconverge.parts.Isolation;
import io.reconverge.parts.Parts;
import io.reconverge.wire.WireJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;

/// The services as standalone starts them, on the parts that tests share, so that a test can take a
/// part away. A client's end of it: requests to the gateway, nothing else.
public final class Pipeline implements AutoCloseable {

    public static final Duration PATIENCE = Duration.ofSeconds(120);

    private final HttpClient http = HttpClient.newBuilder().connectTimeout(PATIENCE).build();
    private final Deque<ConfigurableApplicationContext> services = new ArrayDeque<>();
    private final Isolation isolation;
    private String gateway = "";
    private @Nullable ConfigurableApplicationContext feed;

    private Pipeline(Isolation isolation) {
        this.isolation = isolation;
    }

    /// For a test that looks at the tables itself.
    public Isolation isolation() {
        return isolation;
    }

    /// The gateway's origin.
    public URI gateway() {
        return URI.create(gateway);
    }

    /// Statements that the change feed has sent to Postgres since it started.
    public long statements() {
        return Objects.requireNonNull(feed).getBeansOfType(MeterRegistry.class).values().stream()
                .map(meters -> meters.find("reconverge.database.statements").counter())
                .filter(Objects::nonNull)
                .mapToLong(counter -> (long) counter.count())
                .max()
                .orElse(0);
    }

    /// @param settings over those of every service
    public static Pipeline start(String name, Map<String, Object> settings) {
        Isolation isolation = Parts.shared().isolate(name);
        Pipeline pipeline = new Pipeline(isolation);
        Map<String, Object> properties = new HashMap<>(isolation.mediaProperties());
        properties.put("reconverge.topics.partitions", 2);
        properties.put("reconverge.topics.result-partitions", 1);
        properties.put("reconverge.gateway.limit.user", 1_000_000);
        properties.put("logging.structured.format.console", "");
        properties.put("logging.level.root", "warn");
        properties.put("management.server.port", 0);
        properties.putAll(settings);
        Addresses addresses =
                new Addresses(
                        Parts.shared().broker().bootstrapServers(),
                        Parts.shared().database(),
                        Parts.shared().objectStore(),
                        Parts.shared().tokens().issuer(),
                        Parts.shared().tokens().jwksUri(),
                        null,
                        "http://127.0.0.1",
                        "http://127.0.0.1",
                        0);
        Map<Listener, String> started = new EnumMap<>(Listener.class);
        for (Service service : Services.all(addresses).stream().flatMap(List::stream).toList()) {
            Map<String, Object> told = new HashMap<>(service.properties());
            told.putAll(properties);
            if (service.listener() == Listener.GATEWAY) {
                told.put("reconverge.gateway.feed.uri", started.get(Listener.FEED));
                told.put("reconverge.gateway.media.uri", started.get(Listener.MEDIA));
            }
            ConfigurableApplicationContext context =
                    new Service(
                                    service.listener(),
                                    service.name(),
                                    service.application(),
                                    service.type(),
                                    told,
                                    service.absent())
                            .start("127.0.0.1", 0);
            pipeline.services.push(context);
            if (service.listener() == Listener.FEED) {
                pipeline.feed = context;
            }
            started.put(
                    service.listener(),
                    "http://127.0.0.1:"
                            + context.getEnvironment().getRequiredProperty("local.server.port"));
        }
        pipeline.gateway = started.getOrDefault(Listener.GATEWAY, "");
        return pipeline;
    }

    /// @param body JSON, or empty
    public record Answer(int status, java.net.http.HttpHeaders headers, String body) {

        public JsonNode json() {
            return WireJson.MAPPER.readTree(body);
        }
    }

    public Answer get(String user, String path) {
        return send(request(user, path).GET().build());
    }

    public Answer post(String user, String path, String json) {
        return send(
                request(user, path)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(json))
                        .build());
    }

    public Answer sync(String user, String json) {
        return post(user, "/v1/spaces/me/sync", json.replace('\'', '"'));
    }

    public Answer send(HttpRequest request) {
        try {
            HttpResponse<String> response =
                    http.send(request, HttpResponse.BodyHandlers.ofString());
            return new Answer(response.statusCode(), response.headers(), response.body());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stop);
        }
    }

    /// A stream of events, to be read line by line.
    public HttpResponse<java.util.stream.Stream<String>> stream(String user, String path) {
        try {
            return http.send(
                    request(user, path).header("Accept", "text/event-stream").GET().build(),
                    HttpResponse.BodyHandlers.ofLines());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stop);
        }
    }

    /// @param user null for a request without a token
    public HttpRequest.Builder request(@Nullable String user, String path) {
        HttpRequest.Builder builder =
                HttpRequest.newBuilder(URI.create(gateway + path)).timeout(PATIENCE);
        if (user != null) {
            builder.header("Authorization", "Bearer " + Parts.shared().tokens().of(user));
        }
        return builder;
    }

    /// How much the services have counted so far.
    ///
    /// @param tags names and values, by turns
    public double counted(String counter, String... tags) {
        return services.stream()
                .flatMap(service ->
                        service
                                .getBean(MeterRegistry.class)
                                .find(counter)
                                .tags(tags)
                                .counters()
                                .stream())
                .mapToDouble(Counter::count)
                .sum();
    }

    public static void until(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("it did not come to pass: " + what);
            }
            LockSupport.parkNanos(50_000_000);
        }
    }

    @Override
    public void close() {
        services.forEach(ConfigurableApplicationContext::close);
        http.close();
    }
}
