package io.reconverge.media;

import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.Measurement;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import org.springframework.context.ConfigurableApplicationContext;

/// The service as it runs in production, in this process.
///
/// Media that are written through it go the whole way, over Kafka and a worker to PostgreSQL.
public final class Media implements MediaServer {

    private final Corner corner;
    private final boolean ownsCorner;
    private final ConfigurableApplicationContext context;

    private Media(Corner corner, boolean ownsCorner, ConfigurableApplicationContext context) {
        this.corner = corner;
        this.ownsCorner = ownsCorner;
        this.context = context;
    }

    private static final class Shared {
        static final Media MEDIA = start();
    }

    /// One for all tests that need no settings of their own. Each uses users of its own.
    public static Media shared() {
        return Shared.MEDIA;
    }

    /// One of a test's own, in a corner of its own, which ends with it.
    ///
    /// @param settings `name=value`
    public static Media start(String... settings) {
        Corner corner = Corner.open();
        return ready(new Media(corner, true, run(corner, settings)));
    }

    /// One in a corner where others run too, or may run later.
    public static Media start(Corner corner, String... settings) {
        return ready(startBare(corner, settings));
    }

    /// As [#start], and not waited for: it may have no tables and no topics.
    public static Media startBare(Corner corner, String... settings) {
        return new Media(corner, false, run(corner, settings));
    }

    private static ConfigurableApplicationContext run(Corner corner, String... settings) {
        return MediaApplication.start(corner.arguments(settings));
    }

    private static Media ready(Media media) {
        await().atMost(Duration.ofSeconds(60)).until(() -> media.healthy("readiness"));
        return media;
    }

    /// Stops it, in order, and returns when it has stopped. Its corner stays.
    public void stop() {
        context.close();
    }

    @Override
    public Corner corner() {
        return corner;
    }

    /// A part of it.
    public <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    @Override
    public int port() {
        return Integer.parseInt(context.getEnvironment().getRequiredProperty("local.server.port"));
    }

    /// The sum of a metric over its tags: its value, or of a timer how often.
    public double metric(String name) {
        return bean(MeterRegistry.class).find(name).meters().stream()
                .map(Media::first)
                .mapToDouble(Measurement::getValue)
                .sum();
    }

    /// One of its tags' values only.
    public double metric(String name, String tag, String value) {
        return bean(MeterRegistry.class).find(name).tag(tag, value).meters().stream()
                .map(Media::first)
                .mapToDouble(Measurement::getValue)
                .sum();
    }

    private static Measurement first(Meter meter) {
        return meter.measure().iterator().next();
    }

    @Override
    public void close() {
        context.close();
        if (ownsCorner) {
            corner.close();
        }
    }
}
