package io.reconverge.service.entities;

import io.reconverge.entities.EntitySchemas;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// @param schemasFolder of `*.schema.json`, over those that come with Reconverge
/// @param unknownTypes whether entities of a type with no schema are accepted
@ConfigurationProperties("reconverge.entities")
public record EntitySettings(
        @Nullable Path schemasFolder, @DefaultValue("true") boolean unknownTypes) {

    /// Reads them; to be done once.
    ///
    /// @throws IllegalArgumentException naming the file that is no JSON Schema
    public EntitySchemas load() {
        return EntitySchemas.load(schemasFolder, unknownTypes);
    }
}
