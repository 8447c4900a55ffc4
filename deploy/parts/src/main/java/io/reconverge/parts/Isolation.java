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
        return arguments(properties());
    }

    /// The bucket that holds its blobs; made, and empty at first. Starts the object store.
    public String bucket() {
        String name = schema.replace('_', '-');
        parts.objectStore().createBucket(name);
        return name;
    }

    /// [#properties], and what the media service needs to be told besides.
    public Map<String, Object> mediaProperties() {
        ObjectStore store = parts.objectStore();
        Map<String, Object> properties = properties();
        properties.put("reconverge.media.s3.bucket", bucket());
        properties.put("reconverge.media.s3.endpoint", store.endpoint());
        properties.put("reconverge.media.s3.region", store.region());
        properties.put("reconverge.media.s3.access-key", store.accessKey());
        properties.put("reconverge.media.s3.secret-key", store.secretKey());
        properties.put("reconverge.media.s3.path-style", true);
        return properties;
    }

    /// The same as [#mediaProperties], as arguments of a command line.
    public String[] mediaArguments() {
        return arguments(mediaProperties());
    }

    private static String[] arguments(Map<String, Object> properties) {
        return properties.entrySet().stream()
                .map(property -> "--%s=%s".formatted(property.getKey(), property.getValue()))
                .toArray(String[]::new);
    }

    /// JDBC to this schema, for a test that looks at the tables itself.
    public String jdbcUrl() {
        return parts.database().jdbcUrl() + "?currentSchema=" + schema;
    }
}
