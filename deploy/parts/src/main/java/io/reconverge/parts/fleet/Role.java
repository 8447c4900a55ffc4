package io.reconverge.parts.fleet;

import java.util.List;

/// What a process of a fleet is there for.
public enum Role {
    BROKER("broker", "", ""),
    STORE("store", "", ""),
    WORKER("worker", "ingest-worker", "io.reconverge.ingest.IngestWorkerApplication"),
    FEED("feed", "changefeed-service", "io.reconverge.feed.ChangeFeedApplication"),
    MEDIA("media", "media-service", "io.reconverge.media.MediaApplication"),
    GATEWAY("gateway", "gateway", "io.reconverge.gateway.GatewayApplication"),

    /// What is no part of Reconverge, and runs beside it to be compared with.
    BESIDE("", "", "");

    /// Those that are Reconverge's own.
    public static final List<Role> SERVICES = List.of(WORKER, FEED, MEDIA, GATEWAY);

    private final String title;
    private final String module;
    private final String mainClass;

    Role(String title, String module, String mainClass) {
        this.title = title;
        this.module = module;
        this.mainClass = mainClass;
    }

    /// What a person calls it.
    public String title() {
        return title;
    }

    String module() {
        return module;
    }

    String mainClass() {
        return mainClass;
    }
}
