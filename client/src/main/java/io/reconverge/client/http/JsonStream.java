package io.reconverge.client.http;

import io.reconverge.wire.Entity;
import io.reconverge.wire.EntityKey;
import io.reconverge.wire.JsonObject;
import io.reconverge.wire.WireJson;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.ObjectReader;

/// A document of the contract, read as it comes.
///
/// The data of entities are taken as the text that they are in the document, without a tree:
/// whoever has a hundred thousand entities to store looks into none of them.
///
/// Methods throw [JacksonException] where the document is not as they expect, or cannot be read.
final class JsonStream implements AutoCloseable {

    private final KeptBytes bytes;
    private final JsonParser in;

    JsonStream(InputStream document) {
        bytes = new KeptBytes(document);
        in = WireJson.MAPPER.createParser(bytes);
    }

    /// Begins the document, which is an object.
    void begin() {
        expect(in.nextToken(), JsonToken.START_OBJECT);
    }

    /// The next member of the object that is being read, whose value is to be taken next; null at
    /// its end.
    @Nullable String member() {
        if (in.nextToken() == JsonToken.END_OBJECT) {
            return null;
        }
        expect(in.currentToken(), JsonToken.PROPERTY_NAME);
        String name = in.currentName();
        in.nextToken();
        return name;
    }

    /// Ends the document: nothing may follow.
    void end() {
        if (in.nextToken() != null) {
            throw unexpected("more follows the end of the document");
        }
    }

    void skip() {
        in.skipChildren();
    }

    @Nullable String textOrNull() {
        return in.currentToken() == JsonToken.VALUE_NULL ? null : text();
    }

    String text() {
        expect(in.currentToken(), JsonToken.VALUE_STRING);
        return in.getString();
    }

    long number() {
        expect(in.currentToken(), JsonToken.VALUE_NUMBER_INT);
        return in.getLongValue();
    }

    boolean flag() {
        return in.getBooleanValue();
    }

    <T> T value(Class<T> type) {
        return value(readerOf(type));
    }

    <T> List<T> values(Class<T> type) {
        expect(in.currentToken(), JsonToken.START_ARRAY);
        ObjectReader reader = readerOf(type);
        List<T> values = new ArrayList<>();
        while (in.nextToken() != JsonToken.END_ARRAY) {
            values.add(value(reader));
        }
        return values;
    }

    /// Of values that stand within a document.
    private static ObjectReader readerOf(Class<?> type) {
        return WireJson.MAPPER
                .readerFor(type)
                .without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    }

    private <T> T value(ObjectReader reader) {
        T value = reader.readValue(in);
        if (value == null) {
            throw unexpected("null is not a value here");
        }
        return value;
    }

    List<Entity> entities() {
        expect(in.currentToken(), JsonToken.START_ARRAY);
        List<Entity> entities = new ArrayList<>();
        while (in.nextToken() != JsonToken.END_ARRAY) {
            expect(in.currentToken(), JsonToken.START_OBJECT);
            entities.add(entity());
        }
        return entities;
    }

    /// The entity whose object has begun.
    Entity entity() {
        String type = "";
        String id = "";
        Long version = null;
        JsonObject data = null;
        boolean deleted = false;
        long createdAt = 0;
        long modifiedAt = 0;
        String updatedBy = null;
        String deviceId = null;
        for (String member = member(); member != null; member = member()) {
            switch (member) {
                case "type" -> type = text();
                case "id" -> id = text();
                case "version" -> version = number();
                case "data" -> data = data();
                case "deleted" -> deleted = flag();
                case "createdAt" -> createdAt = number();
                case "modifiedAt" -> modifiedAt = number();
                case "updatedBy" -> updatedBy = text();
                case "deviceId" -> deviceId = textOrNull();
                default -> skip();
            }
        }
        if (version == null || version < 1 || updatedBy == null) {
            throw unexpected("an entity without version or author");
        }
        try {
            new EntityKey(type, id);
            return new Entity(
                    type, id, version, data, deleted, createdAt, modifiedAt, updatedBy, deviceId);
        } catch (IllegalArgumentException e) {
            throw unexpected(e.getMessage());
        }
    }

    private @Nullable JsonObject data() {
        if (in.currentToken() == JsonToken.VALUE_NULL) {
            return null;
        }
        expect(in.currentToken(), JsonToken.START_OBJECT);
        bytes.keepFrom(in.currentTokenLocation().getByteOffset());
        in.skipChildren();
        byte[] text = bytes.keptTo(in.currentLocation().getByteOffset());
        return JsonObject.ofText(new String(text, StandardCharsets.UTF_8));
    }

    private void expect(@Nullable JsonToken found, JsonToken expected) {
        if (found != expected) {
            throw unexpected(
                    found == null ? "the document ends early" : found + " and not " + expected);
        }
    }

    private StreamReadException unexpected(@Nullable String what) {
        return new StreamReadException(in, what);
    }

    @Override
    public void close() {
        in.close();
    }
}
