package io.reconverge.entities;

import io.reconverge.wire.EntityKey;
import io.reconverge.wire.InvalidDocument;
import io.reconverge.wire.StrictJson;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// A file that holds the JSON Schema of an entity type, which is named as the file is before
/// `.schema.json`.
///
/// @param location an absolute IRI, which relative references in the file are resolved against
record SchemaFile(String location, String type, JsonNode schema) {

    private static final String SUFFIX = ".schema.json";
    private static final String BUNDLED = "contract/entities/";

    /// The ones that come with Reconverge. A list names them, since a jar's folders cannot be
    /// walked wherever it is packed.
    static List<SchemaFile> bundled() {
        String index = new String(resource("index.txt"), StandardCharsets.UTF_8);
        return index.lines()
                .map(name -> of("reconverge:/entities/" + name + SUFFIX, resource(name + SUFFIX)))
                .toList();
    }

    /// Those of a folder, by their types.
    ///
    /// @throws IllegalArgumentException naming the file, when one is not JSON, is badly named or
    ///   has the type of another
    static Map<String, SchemaFile> in(Path folder) {
        if (!Files.isDirectory(folder)) {
            throw new IllegalArgumentException("no folder of entity schemas: " + folder);
        }
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(SUFFIX))
                    .map(file -> of(file.toUri().toString(), read(file)))
                    .collect(
                            Collectors.toMap(
                                    SchemaFile::type,
                                    file -> file,
                                    (one, other) -> {
                                        throw one.fault("has the type of " + other.location());
                                    }));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /// What is wrong with this file, naming it.
    IllegalArgumentException fault(@Nullable String what) {
        return fault(location, what);
    }

    private static SchemaFile of(String location, byte[] content) {
        String name = location.substring(location.lastIndexOf('/') + 1);
        String type = name.substring(0, name.length() - SUFFIX.length());
        if (!EntityKey.TYPE.matcher(type).matches()) {
            throw fault(location, "the file's name must be a type's, matching " + EntityKey.TYPE);
        }
        try {
            return new SchemaFile(location, type, StrictJson.parse(content));
        } catch (InvalidDocument notJson) {
            throw fault(location, notJson.getMessage());
        }
    }

    private static IllegalArgumentException fault(String location, @Nullable String what) {
        return new IllegalArgumentException("entity schema " + location + ": " + what);
    }

    private static byte[] resource(String name) {
        try (InputStream in =
                SchemaFile.class.getClassLoader().getResourceAsStream(BUNDLED + name)) {
            if (in == null) {
                throw fault(name, "is listed and not there");
            }
            return in.readAllBytes();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static byte[] read(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
