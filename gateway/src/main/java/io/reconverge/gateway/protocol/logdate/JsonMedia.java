package io.reconverge.gateway.protocol.logdate;

import io.reconverge.wire.InvalidDocument;
import io.reconverge.wire.Members;
import io.reconverge.wire.Text;
import io.reconverge.wire.Violation;
import io.reconverge.wire.WireJson;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.Base64Variants;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.node.ObjectNode;

/// A medium within JSON: `{"contentId", "fileName", "mimeType", "sizeBytes", "data", "deviceId"}`
/// with its bytes as an array of integers -128..255, or as a string in Base64. Read as it passes,
/// so that a million bytes are not a million nodes.
///
/// @param bytes `data`
record JsonMedia(MediaUpload about, byte[] bytes) {

    private static final String DATA = "data";
    private static final Set<String> TEXTS =
            Set.of("contentId", "fileName", "mimeType", "deviceId", "userId");

    /// @param ofHeaders the device that the headers name, empty for none
    /// @throws InvalidDocument with all that is wrong
    static JsonMedia read(byte[] body, String ofHeaders) {
        ObjectNode said = WireJson.MAPPER.createObjectNode();
        byte[] bytes = null;
        try (JsonParser parser = WireJson.MAPPER.createParser(body)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw wrong("", "must be an object");
            }
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                String name = parser.currentName();
                parser.nextToken();
                if (name.equals(DATA)) {
                    bytes = bytes(parser);
                } else {
                    take(parser, name, said);
                }
            }
            if (parser.nextToken() != null) {
                throw wrong("", "must be one JSON document");
            }
        } catch (JacksonException noJson) {
            throw wrong("", "is not JSON: " + noJson.getOriginalMessage());
        }
        MediaUpload about = MediaUpload.of(said, ofHeaders);
        if (bytes == null) {
            throw wrong("", "data is required");
        }
        Long size = about.sizeBytes();
        if (size != null && size != bytes.length) {
            throw wrong(
                    "/sizeBytes",
                    "does not match the uploaded payload of " + bytes.length + " bytes");
        }
        return new JsonMedia(about, bytes);
    }

    private static void take(JsonParser parser, String name, ObjectNode said) {
        switch (parser.currentToken()) {
            case VALUE_STRING -> {
                String text = parser.getString();
                String flaw = Text.flawOf(text);
                if (flaw != null && TEXTS.contains(name)) {
                    throw wrong("/" + name, flaw);
                }
                said.put(name, text);
            }
            case VALUE_NUMBER_INT -> {
                if (parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
                    throw wrong("", name + " must be an integer up to " + Members.INTEGER_MAX);
                }
                said.put(name, parser.getLongValue());
            }
            case VALUE_NULL -> {}
            case START_OBJECT, START_ARRAY -> parser.skipChildren();
            default -> said.put(name, false);
        }
    }

    private static byte @Nullable [] bytes(JsonParser parser) {
        return switch (parser.currentToken()) {
            case VALUE_STRING -> base64(parser);
            case START_ARRAY -> integers(parser);
            case VALUE_NULL -> null;
            default -> throw wrong("/" + DATA, "must be an array of bytes, or a string in Base64");
        };
    }

    private static byte[] base64(JsonParser parser) {
        try {
            return parser.getBinaryValue(Base64Variants.MIME_NO_LINEFEEDS);
        } catch (JacksonException noBase64) {
            throw wrong("/" + DATA, "must be Base64");
        }
    }

    private static byte[] integers(JsonParser parser) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (parser.currentToken() != JsonToken.VALUE_NUMBER_INT
                    || parser.getNumberType() != JsonParser.NumberType.INT
                    || parser.getIntValue() < Byte.MIN_VALUE
                    || parser.getIntValue() > 255) {
                throw wrong("/" + DATA + "/" + bytes.size(), "must be an integer from -128 to 255");
            }
            bytes.write(parser.getIntValue());
        }
        return bytes.toByteArray();
    }

    private static InvalidDocument wrong(String pointer, String message) {
        return new InvalidDocument(List.of(new Violation(pointer, message)));
    }
}
