package io.reconverge.standalone;

import java.util.Locale;

/// What listens on a port of its own, in the order in which it is stopped.
enum Listener {
    GATEWAY("gateway"),
    MANAGEMENT("gateway's health and metrics"),
    MEDIA("media-service"),
    FEED("changefeed-service"),
    WORKER("ingest-worker"),
    ISSUER("issuer"),
    STORE("object store"),
    DATABASE("database"),
    BROKER("broker");

    private final String title;

    Listener(String title) {
        this.title = title;
    }

    /// What a person calls it.
    String title() {
        return title;
    }

    /// The environment variable that sets its port.
    String variable() {
        return this == GATEWAY ? "RECONVERGE_PORT" : "RECONVERGE_%s_PORT".formatted(name());
    }

    /// Under which its port is remembered.
    String key() {
        return name().toLowerCase(Locale.ROOT);
    }
}
