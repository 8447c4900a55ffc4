package io.reconverge.parts;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggerContextListener;
import java.util.Map;
import org.slf4j.LoggerFactory;

/// Keeps the parts' own chatter out of the logs, whoever configures logging and whenever: a broker
/// starts before Spring Boot has set anything up, and Boot then resets all levels. What a service
/// sets by name still counts.
final class QuietLogs implements LoggerContextListener {
    private static final Map<String, Level> LEVELS =
            Map.of(
                    "kafka", Level.WARN,
                    "state.change.logger", Level.WARN,
                    "org.apache.kafka", Level.WARN,
                    // it warns of each start
                    "org.apache.kafka.controller.QuorumController", Level.ERROR,
                    // two clients of one name in a JVM are told apart by nobody but JMX
                    "org.apache.kafka.common.utils.AppInfoParser", Level.ERROR,
                    "org.gaul", Level.WARN,
                    // its Jetty, which tells of each start and stop
                    "org.gaul.shaded", Level.ERROR,
                    "io.zonky", Level.WARN,
                    "com.github.dockerjava", Level.WARN,
                    "org.testcontainers", Level.INFO);

    private static boolean installed;

    private QuietLogs() {}

    static synchronized void install() {
        if (!installed && LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
            var quiet = new QuietLogs();
            quiet.onReset(context);
            context.addListener(quiet);
            installed = true;
        }
    }

    @Override
    public boolean isResetResistant() {
        return true;
    }

    @Override
    public void onReset(LoggerContext context) {
        LEVELS.forEach((name, level) -> context.getLogger(name).setLevel(level));
    }

    @Override
    public void onStart(LoggerContext context) {}

    @Override
    public void onStop(LoggerContext context) {}

    @Override
    public void onLevelChange(Logger logger, Level level) {}
}
