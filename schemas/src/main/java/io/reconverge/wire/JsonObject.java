package io.reconverge.wire;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.annotation.JsonDeserialize;
import tools.jackson.databind.annotation.JsonSerialize;
import tools.jackson.databind.node.ObjectNode;

/// A JSON object as text, as tree, or both: whichever was not given is made when first asked for.
///
/// What is only passed on is never parsed: an object that came from the database as text goes out
/// as that text. Immutable by agreement: nobody changes the tree that [#tree()] returns. Safe for
/// use by many threads, since making a form twice gives equal forms. Equality is the tree's.
@JsonSerialize(using = JsonObject.Writer.class)
@JsonDeserialize(using = JsonObject.Reader.class)
public final class JsonObject {

    private volatile @Nullable String text;
    private volatile @Nullable ObjectNode tree;

    private JsonObject(@Nullable String text, @Nullable ObjectNode tree) {
        this.text = text;
        this.tree = tree;
    }

    /// An object given as text.
    ///
    /// @param text one JSON object; only looked at if [#tree()] is asked for
    public static JsonObject ofText(String text) {
        return new JsonObject(text, null);
    }

    /// An object given as a tree.
    ///
    /// @param tree must not be changed afterwards
    public static JsonObject of(ObjectNode tree) {
        return new JsonObject(null, tree);
    }

    public String text() {
        String text = this.text;
        if (text == null) {
            text = WireJson.MAPPER.writeValueAsString(tree);
            this.text = text;
        }
        return text;
    }

    /// Must not be changed: copy it first.
    ///
    /// @throws tools.jackson.core.JacksonException when the text is not a JSON object
    public ObjectNode tree() {
        ObjectNode tree = this.tree;
        if (tree == null) {
            tree = WireJson.MAPPER.readValue(text, ObjectNode.class);
            this.tree = tree;
        }
        return tree;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof JsonObject that && tree().equals(that.tree());
    }

    @Override
    public int hashCode() {
        return tree().hashCode();
    }

    @Override
    public String toString() {
        return text();
    }

    static final class Writer extends ValueSerializer<JsonObject> {
        @Override
        public void serialize(JsonObject value, JsonGenerator out, SerializationContext context) {
            ObjectNode tree = value.tree;
            if (value.text == null && tree != null) {
                context.writeTree(out, tree);
            } else {
                out.writeRawValue(value.text());
            }
        }
    }

    static final class Reader extends ValueDeserializer<JsonObject> {
        @Override
        public JsonObject deserialize(JsonParser in, DeserializationContext context) {
            JsonNode node = context.readTree(in);
            return node instanceof ObjectNode object
                    ? JsonObject.of(object)
                    : (JsonObject) context.handleUnexpectedToken(JsonObject.class, in);
        }
    }
}
