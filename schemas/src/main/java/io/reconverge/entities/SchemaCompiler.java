package io.reconverge.entities;

import com.networknt.schema.AbsoluteIri;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaException;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.dialect.Dialect;
import com.networknt.schema.dialect.Draft202012;
import com.networknt.schema.keyword.NonValidationKeyword;
import com.networknt.schema.path.PathType;
import io.reconverge.wire.OnConflict;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;

/// Makes types of schema files, or says what is wrong with one.
final class SchemaCompiler {

    private static final String OURS = "x-reconverge";
    private static final String DRAFT = "https://json-schema.org/draft/2020-12/";

    private static final Dialect DIALECT =
            Dialect.builder(Draft202012.getInstance())
                    .formats(Map::clear)
                    .formats(BoundedFormat.all())
                    .keyword(new NonValidationKeyword(OURS))
                    .build();

    private static final SchemaRegistryConfig CONFIG =
            SchemaRegistryConfig.builder()
                    .pathType(PathType.JSON_POINTER)
                    .formatAssertionsEnabled(true)
                    .regularExpressionFactory(new LinearPatterns())
                    .preloadSchema(true)
                    .locale(Locale.ENGLISH)
                    .build();

    private final SchemaRegistry registry;
    private final Schema metaSchema;

    /// @param files all that may refer to one another
    SchemaCompiler(Collection<SchemaFile> files) {
        Map<String, String> texts = new HashMap<>();
        files.forEach(file -> texts.put(file.location(), file.schema().toString()));
        // what a schema may refer to is here already: nothing is fetched, nor read from the disk
        Predicate<AbsoluteIri> here =
                iri -> texts.containsKey(iri.toString()) || iri.toString().startsWith(DRAFT);
        registry =
                SchemaRegistry.withDialect(
                        DIALECT,
                        builder ->
                                builder.schemaRegistryConfig(CONFIG)
                                        .nodeReader(new SchemaReader())
                                        .schemas(texts)
                                        .schemaLoader(loader -> loader.allow(here)));
        metaSchema = registry.getSchema(SchemaLocation.of(DRAFT + "schema"));
    }

    /// @throws IllegalArgumentException naming the file, when it is not a JSON Schema
    EntityType compile(SchemaFile file) {
        List<com.networknt.schema.Error> faults = metaSchema.validate(file.schema());
        if (!faults.isEmpty()) {
            throw file.fault(faults.getFirst().toString());
        }
        try {
            Schema whole = registry.getSchema(SchemaLocation.of(file.location()));
            whole.initializeValidators();
            Schema patch =
                    registry.getSchema(
                            SchemaLocation.of("urn:reconverge:patch:" + file.type()),
                            PatchSchema.of(file));
            patch.initializeValidators();
            return new EntityType(whole, patch, onConflict(file));
        } catch (SchemaException wrong) {
            throw file.fault(wrong.getMessage());
        }
    }

    private static OnConflict onConflict(SchemaFile file) {
        JsonNode ours = file.schema().get(OURS);
        if (ours == null) {
            return OnConflict.LWW;
        }
        for (OnConflict policy : OnConflict.values()) {
            String name = policy.name().toLowerCase(Locale.ROOT);
            if (ours.size() == 1 && name.equals(ours.path("onConflict").stringValue(null))) {
                return policy;
            }
        }
        throw file.fault(OURS + " must be {\"onConflict\": \"reject\"}, \"lww\" or \"merge\"");
    }
}
