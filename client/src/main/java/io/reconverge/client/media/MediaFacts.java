package io.reconverge.client.media;

import io.reconverge.wire.EntityKey;
import io.reconverge.wire.JsonObject;
import io.reconverge.wire.Text;
import io.reconverge.wire.WireJson;
import java.net.URLConnection;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What the entity of a file says of it: the members that the schema of `media` names.
///
/// @param fileName 1..255 characters, none of them a slash or a control character; null for none
/// @param contentType a media type as RFC 9110 writes it
/// @param size bytes
/// @param sha256 64 lower-case hexadecimal digits
/// @param attachedTo the entity that it belongs to; null for none
public record MediaFacts(
        @Nullable String fileName,
        String contentType,
        long size,
        String sha256,
        @Nullable EntityKey attachedTo) {

    private static final String ANY_TYPE = "application/octet-stream";
    private static final Pattern FILE_NAME =
            Pattern.compile("[^/\\\\\\x00-\\x1f\\x7f-\\x9f]+", Pattern.DOTALL);
    private static final int NAME_MAX = 255;
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

    /// As the schema of `media` has it.
    private static final Pattern CONTENT_TYPE =
            Pattern.compile(
                    "[0-9A-Za-z][0-9A-Za-z!#$&^_.+-]{0,126}/[0-9A-Za-z][0-9A-Za-z!#$&^_.+-]{0,126}"
                            + "( *; *[0-9A-Za-z!#$%&'*+.^_`|~-]+="
                            + "([0-9A-Za-z!#$%&'*+.^_`|~-]+|\"([ !#-\\[\\]-~]|\\\\[ -~])*\"))*");

    private static final Set<String> MEMBERS =
            Set.of("fileName", "contentType", "size", "sha256", "attachedTo");

    /// @throws IllegalArgumentException where the server would refuse it
    public MediaFacts {
        if (fileName != null
                && (!FILE_NAME.matcher(fileName).matches()
                        || Text.flawOf(fileName) != null
                        || fileName.codePointCount(0, fileName.length()) > NAME_MAX)) {
            throw new IllegalArgumentException(
                    "a file's name has 1..255 characters, without slashes, backslashes and control"
                            + " characters");
        }
        if (contentType.length() > NAME_MAX || !CONTENT_TYPE.matcher(contentType).matches()) {
            throw new IllegalArgumentException(
                    "a content type is one like image/jpeg, and not '" + contentType + "'");
        }
        if (size < 0) {
            throw new IllegalArgumentException("a file has 0 or more bytes");
        }
        if (!SHA256.matcher(sha256).matches()) {
            throw new IllegalArgumentException("sha256 must be 64 lower-case hexadecimal digits");
        }
        if (attachedTo != null && Text.flawOf(attachedTo.id()) != null) {
            throw new IllegalArgumentException("the id " + Text.flawOf(attachedTo.id()));
        }
    }

    static MediaFacts of(MediaDetails details, String named, long size, String sha256) {
        return new MediaFacts(
                details.fileName(), typeOf(details, named), size, sha256, details.attachedTo());
    }

    private static String typeOf(MediaDetails details, String named) {
        if (details.contentType() != null) {
            return details.contentType();
        }
        String guessed = URLConnection.guessContentTypeFromName(named);
        return guessed == null ? ANY_TYPE : guessed;
    }

    /// What an entity's data says; empty where it is no file's, for apps may write any.
    public static Optional<MediaFacts> of(JsonObject data) {
        ObjectNode tree = data.tree();
        JsonNode size = tree.path("size");
        JsonNode attachedTo = tree.get("attachedTo");
        JsonNode fileName = tree.get("fileName");
        if (!size.isIntegralNumber() || !size.canConvertToLong()) {
            return Optional.empty();
        }
        if (fileName != null && !fileName.isString()) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    new MediaFacts(
                            fileName == null ? null : fileName.stringValue(),
                            tree.path("contentType").asString(""),
                            size.longValue(),
                            tree.path("sha256").asString(""),
                            attachedTo == null
                                    ? null
                                    : new EntityKey(
                                            attachedTo.path("type").asString(""),
                                            attachedTo.path("id").asString(""))));
        } catch (IllegalArgumentException noFile) {
            return Optional.empty();
        }
    }

    /// The data of the entity that the server makes of it.
    public JsonObject data() {
        ObjectNode data = WireJson.MAPPER.createObjectNode();
        if (fileName != null) {
            data.put("fileName", fileName);
        }
        data.put("contentType", contentType).put("size", size).put("sha256", sha256);
        if (attachedTo != null) {
            data.putObject("attachedTo").put("type", attachedTo.type()).put("id", attachedTo.id());
        }
        return JsonObject.of(data);
    }

    /// Whether an entity's data says more than a file's own.
    public static boolean saysMore(JsonObject data) {
        JsonNode attachedTo = data.tree().get("attachedTo");
        return !MEMBERS.containsAll(data.tree().propertyNames())
                || (attachedTo != null && attachedTo.size() > 2);
    }
}
