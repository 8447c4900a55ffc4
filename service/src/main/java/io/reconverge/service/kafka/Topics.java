package io.reconverge.service.kafka;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// The topics' names.
///
/// @param prefix before each name; all services of one deployment have the same
@ConfigurationProperties("reconverge.topics")
public record Topics(@DefaultValue("reconverge.") String prefix) {

    public Topics {
        if (!prefix.matches("[a-zA-Z0-9._-]{0,100}")) {
            throw new IllegalArgumentException(
                    "reconverge.topics.prefix must be 0..100 of a-z A-Z 0-9 . _ -, was " + prefix);
        }
    }

    /// What gateways accepted: one record a request, keyed by space.
    public String writes() {
        return prefix + "writes";
    }

    /// What the worker decided: one record a request, on the partition that its gateway reads.
    public String results() {
        return prefix + "results";
    }

    /// Every row of the change log, once, in version order within a space.
    public String changes() {
        return prefix + "changes";
    }

    /// What small commits made, as soon as they are committed; some of it twice, some not at all.
    public String live() {
        return prefix + "live";
    }

    /// Records of [#writes()] that could not be processed, with the reason.
    public String deadLetters() {
        return writes() + ".dlt";
    }

    /// The worker's consumer group on [#writes()].
    public String workerGroup() {
        return prefix + "ingest-worker";
    }
}
