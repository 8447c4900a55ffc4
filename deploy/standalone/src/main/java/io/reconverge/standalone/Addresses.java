package io.reconverge.standalone;

import io.reconverge.parts.Database;
import io.reconverge.parts.ObjectStore;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Where the parts are that the services need, in the words of the services' settings.
///
/// @param authUri of the issuer with which people register, null for none
record Addresses(
        String bootstrapServers,
        Database database,
        ObjectStore store,
        String issuer,
        String jwksUri,
        @Nullable String authUri,
        String feedUri,
        String mediaUri,
        int managementPort) {
    static final String AUDIENCE = "reconverge";

    /// Of the media service.
    static final String BUCKET = "reconverge-media";

    Map<String, Object> kafkaAndIdentity() {
        return Map.of(
                "spring.kafka.bootstrap-servers", bootstrapServers,
                "reconverge.identity.issuer", issuer,
                "reconverge.identity.jwks-uri", jwksUri,
                "reconverge.identity.audience", AUDIENCE);
    }

    /// With the ways to feed and media as well, and a port for what is not for the public.
    Map<String, Object> kafkaIdentityFeedAndMedia() {
        Map<String, Object> properties = new LinkedHashMap<>(kafkaAndIdentity());
        properties.put("reconverge.gateway.feed.uri", feedUri);
        properties.put("reconverge.gateway.media.uri", mediaUri);
        if (authUri != null) {
            properties.put("reconverge.gateway.auth.uri", authUri);
        }
        properties.put("management.server.address", "127.0.0.1");
        properties.put("management.server.port", managementPort);
        return properties;
    }

    /// With the database as well.
    Map<String, Object> kafkaIdentityAndTables() {
        Map<String, Object> properties = new LinkedHashMap<>(kafkaAndIdentity());
        properties.put("spring.r2dbc.url", database.r2dbcUrl());
        properties.put("spring.r2dbc.username", database.user());
        properties.put("spring.r2dbc.password", database.password());
        return properties;
    }

    /// With the bucket as well.
    Map<String, Object> kafkaIdentityTablesAndBucket() {
        Map<String, Object> properties = new LinkedHashMap<>(kafkaIdentityAndTables());
        properties.put("reconverge.media.s3.bucket", BUCKET);
        properties.put("reconverge.media.s3.endpoint", store.endpoint());
        properties.put("reconverge.media.s3.region", store.region());
        properties.put("reconverge.media.s3.access-key", store.accessKey());
        properties.put("reconverge.media.s3.secret-key", store.secretKey());
        properties.put("reconverge.media.s3.path-style", true);
        return properties;
    }

    /// With the right to change the tables' shape.
    Map<String, Object> kafkaIdentityTablesAndMigrations() {
        Map<String, Object> properties = new LinkedHashMap<>(kafkaIdentityAndTables());
        properties.put("spring.flyway.url", database.jdbcUrl());
        properties.put("spring.flyway.user", database.user());
        properties.put("spring.flyway.password", database.password());
        return properties;
    }
}
