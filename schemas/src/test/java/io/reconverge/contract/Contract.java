package io.reconverge.contract;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.dialect.Dialect;
import com.networknt.schema.dialect.Draft202012;
import com.networknt.schema.keyword.NonValidationKeyword;
import com.networknt.schema.path.PathType;
import io.reconverge.wire.StrictJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// The contract's files, as they stand in the module's folder.
final class Contract {

    static final Path ROOT = Path.of("").toAbsolutePath();

    private static final URI BASE = URI.create("https://contract.invalid/");

    private static final SchemaRegistry REGISTRY =
            SchemaRegistry.withDialect(
                    Dialect.builder(Draft202012.getInstance())
                            .keyword(new NonValidationKeyword("x-reconverge"))
                            .build(),
                    builder ->
                            builder.schemaRegistryConfig(
                                            SchemaRegistryConfig.builder()
                                                    .pathType(PathType.JSON_POINTER)
                                                    .formatAssertionsEnabled(true)
                                                    .build())
                                    .schemas(Contract::textAt));

    private Contract() {}

    /// In order of their names.
    static Stream<Path> files(String folder, String suffix) {
        try (Stream<Path> all = Files.walk(ROOT.resolve(folder))) {
            return all.filter(file -> file.toString().endsWith(suffix)).sorted().toList().stream();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    static byte[] read(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /// @param file from the root, such as `json/change.schema.json`
    static Schema schema(String file) {
        return initialized(REGISTRY.getSchema(SchemaLocation.of(BASE.resolve(file).toString())));
    }

    /// A schema that stands within another document.
    ///
    /// @param file the document's, which the schema's references are relative to
    /// @param pointer where in it
    static Schema schemaWithin(String file, String pointer, JsonNode schema) {
        URI sibling = BASE.resolve(file).resolve(pointer.replaceAll("[^a-zA-Z0-9]", "-"));
        return initialized(REGISTRY.getSchema(SchemaLocation.of(sibling.toString()), schema));
    }

    static List<String> faults(Schema schema, JsonNode document) {
        return schema.validate(document).stream().map(Object::toString).toList();
    }

    /// What a schema file is held to.
    static Schema metaSchema() {
        return REGISTRY.getSchema(SchemaLocation.of(Draft202012.getInstance().getId()));
    }

    private static Schema initialized(Schema schema) {
        schema.initializeValidators();
        return schema;
    }

    private static @Nullable String textAt(String iri) {
        return iri.startsWith(BASE.toString())
                ? StrictJson.parse(read(ROOT.resolve(BASE.relativize(URI.create(iri)).getPath())))
                        .toString()
                : null;
    }
}
