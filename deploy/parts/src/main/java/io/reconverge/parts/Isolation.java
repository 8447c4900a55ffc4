package io.reconverge.parts;

import java.util.LinkedHashMap;
import java.util.Map;

/// A corner of the shared parts that nobody else uses.
///
/// @param parts the parts it lies in
/// @param topicPrefix what the names of its topics begin with; the topics themselves are for the
///   services to make
/// @param schema the PostgreSQL schema that holds its tables; made, and empty
public record Isolation(Parts parts, String topicPrefix, String schema) {

    /// What a service needs to be told to run in this corner, as Spring's properties.
    public Map<String, Object> properties() {
        Database database = parts.database();
        Tokens tokens = parts.tokens();
        Map<String, Object> properties = new LinkedHashMap<>();
        properties.put("spring.kafka.bootstrap-servers", parts.broker().bootstrapServers());
        properties.put("reconverge.topics.prefix", topicPrefix);
        properties.put("spring.r2dbc.url", database.r2dbcUrl() + "?schema=" + schema);
        properties.put("spring.r2dbc.username", database.user());
        properties.put("spring.r2dbc.password", database.password());
        properties.put("spring.flyway.url", database.jdbcUrl());
        properties.put("spring.flyway.user", database.user());
        properties.put("spring.flyway.password", database.password());
        properties.put("spring.flyway.default-schema", schema);
        properties.put("reconverge.identity.issuer", tokens.issuer());
        properties.put("reconverge.identity.jwks-uri", tokens.jwksUri());
        properties.put("reconverge.identity.audience", Tokens.AUDIENCE);
        return properties;
    }

    /// The same as [#properties], as arguments of a command line.
    public String[] arguments() {
        return properties().entrySet().stream()
                .map(property -> "--%s=%s".formatted(property.getKey(), property.getValue()))
                .toArray(String[]::new);
    }

    /// JDBC to this schema, for a test that looks at the tables itself.
    public String jdbcUrl() {
        return parts.database().jdbcUrl() + "?currentSchema=" + schema;
    }
}
