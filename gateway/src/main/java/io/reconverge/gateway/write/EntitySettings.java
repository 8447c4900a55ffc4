package io.reconverge.gateway.write;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// @param schemasFolder of `*.schema.json`, over those that come with Reconverge
/// @param unknownTypes whether entities of a type with no schema are accepted
@ConfigurationProperties("reconverge.entities")
record EntitySettings(@Nullable Path schemasFolder, @DefaultValue("true") boolean unknownTypes) {}
