package io.reconverge.parts.fleet;

import io.reconverge.parts.Database;
import io.reconverge.parts.Ports;
import io.reconverge.parts.Tokens;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/// Where the parts of one fleet are, in the words of the services' settings.
///
/// @param databasePort where services find it
/// @param storeDirectory where the object store keeps its keys
record FleetAddresses(
        String bootstrapServers,
        Database database,
        int databasePort,
        Tokens tokens,
        String store,
        Path storeDirectory,
        String feed,
        String media) {
    static final String BUCKET = "reconverge-media";

    Map<String, String> of(Role service, int port) {
        Map<String, String> told = new LinkedHashMap<>();
        told.put("server.address", "127.0.0.1");
        told.put("server.port", Integer.toString(port));
        told.put("spring.kafka.bootstrap-servers", bootstrapServers);
        told.put("reconverge.identity.issuer", tokens.issuer());
        told.put("reconverge.identity.jwks-uri", tokens.jwksUri());
        told.put("reconverge.identity.audience", Tokens.AUDIENCE);
        switch (service) {
            case WORKER -> {
                tables(told);
                told.put("spring.flyway.url", url("jdbc"));
                told.put("spring.flyway.user", database.user());
                told.put("spring.flyway.password", database.password());
            }
            case FEED -> tables(told);
            case MEDIA -> {
                tables(told);
                told.put("reconverge.media.s3.bucket", BUCKET);
                told.put("reconverge.media.s3.endpoint", store);
                told.put("reconverge.media.s3.region", "us-east-1");
                told.put("reconverge.media.s3.access-key", kept("access-key"));
                told.put("reconverge.media.s3.secret-key", kept("secret-key"));
                told.put("reconverge.media.s3.path-style", "true");
            }
            case GATEWAY -> {
                told.put("management.server.address", "127.0.0.1");
                told.put("management.server.port", Integer.toString(Ports.free()));
                told.put("reconverge.gateway.feed.uri", feed);
                told.put("reconverge.gateway.media.uri", media);
            }
            case BROKER, STORE, BESIDE ->
                    throw new IllegalArgumentException(service + " is none of Reconverge's own");
        }
        return told;
    }

    private void tables(Map<String, String> told) {
        told.put("spring.r2dbc.url", url("r2dbc"));
        told.put("spring.r2dbc.username", database.user());
        told.put("spring.r2dbc.password", database.password());
    }

    String kept(String key) {
        try {
            return Files.readString(storeDirectory.resolve(key)).strip();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private String url(String scheme) {
        return "%s:postgresql://%s:%d/%s"
                .formatted(scheme, database.host(), databasePort, database.name());
    }
}
