package io.reconverge.standalone;

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
    private static final String ROUTES = "org.springframework.cloud.gateway.";
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

    /// In the order in which they start: the worker brings tables and topics, which the others
    /// need.
    static List<Service> all(Addresses addresses) {
        return List.of(
                new Service(
                        Listener.WORKER,
                        "ingest-worker",
                        named("io.reconverge.ingest.IngestWorkerApplication"),
                        WebApplicationType.REACTIVE,
                        addresses.kafkaIdentityTablesAndMigrations(),
                        List.of(SERVLET, ROUTES)),
                new Service(
                        Listener.FEED,
                        "changefeed-service",
                        named("io.reconverge.feed.ChangeFeedApplication"),
                        WebApplicationType.REACTIVE,
                        addresses.kafkaIdentityAndTables(),
                        List.of(SERVLET, ROUTES, JDBC, MIGRATIONS)),
                new Service(
                        Listener.GATEWAY,
                        "gateway",
                        named("io.reconverge.gateway.GatewayApplication"),
                        WebApplicationType.REACTIVE,
                        addresses.kafkaIdentityAndFeed(),
                        List.of(SERVLET, TABLES, REPOSITORIES, JDBC, MIGRATIONS)));
    }

    static String local(int port) {
        return "http://127.0.0.1:" + port;
    }

    private static Class<?> named(String application) {
        try {
            return Class.forName(application);
        } catch (ClassNotFoundException e) {
            throw new CannotStart("This build lacks %s.".formatted(application), e);
        }
    }
}
