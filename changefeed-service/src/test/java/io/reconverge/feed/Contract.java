package io.reconverge.feed;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.dialect.Draft202012;
import io.reconverge.wire.Entity;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Holds answers to the contract's schemas.
final class Contract {

    private static final String BASE = "https://contract.invalid/";

    private static final SchemaRegistry REGISTRY =
            SchemaRegistry.withDialect(
                    Draft202012.getInstance(), builder -> builder.schemas(Contract::textAt));

    private static final Map<Pattern, String> BY_PATH =
            Map.ofEntries(
                    path("/v1/spaces", "spaces"),
                    path("/v1/spaces/[^/]+", "space"),
                    path("/v1/spaces/[^/]+/members", "members"),
                    path("/v1/changes", "timed-page"),
                    path("/v1/entities", "found-entities"),
                    path("/v1/spaces/[^/]+/changes", "changes-page"),
                    path("/v1/spaces/[^/]+/log", "log-page"),
                    path("/v1/spaces/[^/]+/status", "status"),
                    path("/v1/spaces/[^/]+/receipts", "receipts"),
                    path("/v1/spaces/[^/]+/entities/[^/]+/[^/]+", "entity"),
                    path("/v1/spaces/[^/]+/entities/[^/]+/[^/]+/history", "history"),
                    path("/v1/spaces/[^/]+/entities/[^/]+/[^/]+/history/\\d+", "log-entry"));

    private static final Map<String, Schema> SCHEMAS = new ConcurrentHashMap<>();

    private Contract() {}

    private static Map.Entry<Pattern, String> path(String pattern, String schema) {
        return Map.entry(Pattern.compile(pattern), schema);
    }

    /// What is wrong with the answer of a path.
    static List<String> faults(String uri, JsonNode answer) {
        String path = uri.replaceFirst("\\?.*", "");
        String name =
                BY_PATH.entrySet().stream()
                        .filter(entry -> entry.getKey().matcher(path).matches())
                        .findFirst()
                        .orElseThrow()
                        .getValue();
        return SCHEMAS.computeIfAbsent(name, Contract::schema).validate(answer).stream()
                .map(Object::toString)
                .toList();
    }

    private static Schema schema(String name) {
        return REGISTRY.getSchema(SchemaLocation.of(BASE + "json/" + name + ".schema.json"));
    }

    private static @Nullable String textAt(String iri) {
        if (!iri.startsWith(BASE)) {
            return null;
        }
        String file = "/contract/" + iri.substring(BASE.length());
        try (InputStream in = Entity.class.getResourceAsStream(file)) {
            return in == null ? null : new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
