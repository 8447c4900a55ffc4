package io.reconverge.standalone;

import io.reconverge.feed.ChangeFeedApplication;
import io.reconverge.gateway.GatewayApplication;
import io.reconverge.ingest.IngestWorkerApplication;
import io.reconverge.media.MediaApplication;
import io.reconverge.standalone.issuer.IssuerApplication;
import java.util.List;
import java.util.Map;
import org.springframework.boot.WebApplicationType;

/// The applications of standalone, and what each of them is told.
final class Services {
    /// What tokens carry as `iss`. A name, no address: a token stays good when the issuer's port
    /// changes.
    static final String ISSUER = "http://reconverge.localhost";

    private static final String SERVLET = "org.springframework.boot.tomcat.";
    private static final String ROUTES = "org.springframework.cloud.";
    private static final String TABLES = "org.springframework.boot.r2dbc.";
    private static final String REPOSITORIES = "org.springframework.boot.data.r2dbc.";
    private static final String JDBC = "org.springframework.boot.jdbc.";
    private static final String MIGRATIONS = "org.springframework.boot.flyway.";

    private Services() {}

    static Service issuer(Settings settings, DataFolder folder, int port) {
        return new Service(
                Listener.ISSUER,
                "issuer",
                IssuerApplication.class,
                WebApplicationType.SERVLET,
                Map.of(
                        "reconverge.issuer.identifier", ISSUER,
                        "reconverge.issuer.audience", Addresses.AUDIENCE,
                        "reconverge.issuer.address", local(port),
                        "reconverge.issuer.directory", folder.issuer(),
                        "reconverge.issuer.token-lifetime", settings.tokenLifetime()),
                List.of());
    }

    /// In the order in which they start, some together: the worker brings tables and topics, which
    /// the others need, and the gateway lets clients in.
    static List<List<Service>> all(Addresses addresses) {
        Service worker =
                new Service(
                        Listener.WORKER,
                        "ingest-worker",
                        IngestWorkerApplication.class,
                        WebApplicationType.REACTIVE,
                        addresses.kafkaIdentityTablesAndMigrations(),
                        List.of(SERVLET, ROUTES));
        Service feed =
                new Service(
                        Listener.FEED,
                        "changefeed-service",
                        ChangeFeedApplication.class,
                        WebApplicationType.REACTIVE,
                        addresses.kafkaIdentityAndTables(),
                        List.of(SERVLET, ROUTES, JDBC, MIGRATIONS));
        Service media =
                new Service(
                        Listener.MEDIA,
                        "media-service",
                        MediaApplication.class,
                        WebApplicationType.REACTIVE,
                        addresses.kafkaIdentityTablesAndBucket(),
                        List.of(SERVLET, ROUTES, JDBC, MIGRATIONS));
        Service gateway =
                new Service(
                        Listener.GATEWAY,
                        "gateway",
                        GatewayApplication.class,
                        WebApplicationType.REACTIVE,
                        addresses.kafkaIdentityFeedAndMedia(),
                        List.of(SERVLET, TABLES, REPOSITORIES, JDBC, MIGRATIONS));
        return List.of(List.of(worker), List.of(feed, media), List.of(gateway));
    }

    static String local(int port) {
        return "http://127.0.0.1:" + port;
    }
}
