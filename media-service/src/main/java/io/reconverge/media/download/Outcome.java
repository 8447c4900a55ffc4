package io.reconverge.media.download;

import java.util.Locale;

/// How a download ended, as metrics have it.
enum Outcome {
    /// All of the bytes that were to be sent.
    SENT,
    NOT_MODIFIED,
    REDIRECTED,
    /// There were too many others.
    TURNED_AWAY,
    /// The store did not answer.
    UNAVAILABLE,
    /// The store does not have what the tables say that it has.
    LOST,
    /// The store did not give the rest.
    BROKEN_OFF,
    /// The reader did not take the rest.
    TOO_SLOW,
    /// The reader went away.
    LEFT;

    String tag() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
