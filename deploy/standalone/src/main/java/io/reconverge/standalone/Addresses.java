package io.reconverge.standalone;

import io.reconverge.parts.Database;
import java.util.LinkedHashMap;
import java.util.Map;

/// Where the parts are that the services need, in the words of the services' settings.
record Addresses(
        String bootstrapServers, Database database, String issuer, String jwksUri, String feedUri) {
    static final String AUDIENCE = "reconverge";

    Map<String, Object> kafkaAndIdentity() {
        return Map.of(
                "spring.kafka.bootstrap-servers", bootstrapServers,
                "reconverge.identity.issuer", issuer,
                "reconverge.identity.jwks-uri", jwksUri,
                "reconverge.identity.audience", AUDIENCE);
    }

    /// With the way to the feed as well.
    Map<String, Object> kafkaIdentityAndFeed() {
        Map<String, Object> properties = new LinkedHashMap<>(kafkaAndIdentity());
        properties.put("reconverge.gateway.feed-uri", feedUri);
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

    /// With the right to change the tables' shape.
    Map<String, Object> kafkaIdentityTablesAndMigrations() {
        Map<String, Object> properties = new LinkedHashMap<>(kafkaIdentityAndTables());
        properties.put("spring.flyway.url", database.jdbcUrl());
        properties.put("spring.flyway.user", database.user());
        properties.put("spring.flyway.password", database.password());
        return properties;
    }
}
