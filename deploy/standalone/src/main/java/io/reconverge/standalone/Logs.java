package io.reconverge.standalone;

import java.nio.file.Path;
import java.util.Map;
import org.springframework.boot.logging.LogFile;
import org.springframework.boot.logging.LoggingInitializationContext;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;

/// Everything is logged to one file of bounded size; the terminal belongs to the person in front of
/// it.
final class Logs {
    private Logs() {}

    /// Sets logging up for the whole process, before any part logs. No Spring context touches it
    /// from then on: each would set it up anew, and take it down for all when it closes.
    static void to(Path file) {
        var environment = new StandardEnvironment();
        environment
                .getPropertySources()
                .addFirst(
                        new MapPropertySource(
                                "logs",
                                Map.of(
                                        "logging.file.name", file.toString(),
                                        "logging.threshold.console", "off",
                                        "logging.structured.format.file", "ecs",
                                        "logging.logback.rollingpolicy.max-file-size", "10MB",
                                        "logging.logback.rollingpolicy.max-history", "7",
                                        "logging.logback.rollingpolicy.total-size-cap", "100MB")));
        LoggingSystem logging = LoggingSystem.get(Logs.class.getClassLoader());
        LogFile logFile = LogFile.get(environment);
        logging.beforeInitialize();
        logging.getSystemProperties(environment).apply(logFile);
        logging.initialize(new LoggingInitializationContext(environment), null, logFile);
        System.setProperty(LoggingSystem.SYSTEM_PROPERTY, LoggingSystem.NONE);
    }
}
