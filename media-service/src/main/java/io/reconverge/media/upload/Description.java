package io.reconverge.media.upload;

import static io.reconverge.service.problem.ProblemException.malformed;

import io.reconverge.service.problem.ProblemException;
import io.reconverge.wire.EntityKey;
import io.reconverge.wire.JsonObject;
import io.reconverge.wire.SyncRequest;
import io.reconverge.wire.Text;
import io.reconverge.wire.WireJson;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.web.util.UriUtils;
import tools.jackson.databind.node.ObjectNode;

/// What an upload is to become, as its sender says.
///
/// @param changeId of the change that puts its entity: the same sent again is the same upload
/// @param mediaId its entity's id
/// @param deviceId empty for none
/// @param modifiedAt epoch milliseconds, null for when it is whole
/// @param fileName 1..[#FILE_NAME_MAX] characters, none of them a slash or a control character
/// @param contentType a media type
/// @param attachedTo the entity that it belongs to
/// @param promised the sha256 that the bytes must turn out to have, 64 lower-case hex digits
public record Description(
        UUID changeId,
        String mediaId,
        String deviceId,
        @Nullable Long modifiedAt,
        @Nullable String fileName,
        String contentType,
        @Nullable EntityKey attachedTo,
        @Nullable String promised) {

    /// The type of a medium's entity.
    public static final String TYPE = "media";

    public static final int FILE_NAME_MAX = 255;

    private static final String UPLOADS = "uploads";
    private static final int CONTENT_TYPE_MAX = 255;
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

    /// Says what is wrong in words for the sender.
    ///
    /// @throws ProblemException `malformed-request`
    public Description {
        try {
            new EntityKey(TYPE, mediaId);
        } catch (IllegalArgumentException impossible) {
            throw malformed("mediaId: an entity's " + impossible.getMessage() + ".");
        }
        requireStorable("mediaId", mediaId);
        requireStorable("deviceId", deviceId);
        if (deviceId.codePointCount(0, deviceId.length()) > SyncRequest.DEVICE_ID_MAX) {
            throw malformed(
                    "deviceId must have at most " + SyncRequest.DEVICE_ID_MAX + " characters.");
        }
        if (mediaId.equals(UPLOADS)) {
            throw malformed("mediaId: " + UPLOADS + " is taken by the path of uploads.");
        }
        if (fileName != null && !isFileName(fileName)) {
            throw malformed(
                    "fileName must have 1.."
                            + FILE_NAME_MAX
                            + " characters, without slashes, backslashes and control characters.");
        }
        if (!isMediaType(contentType)) {
            throw malformed("The content type must be a media type, such as image/jpeg.");
        }
        if (promised != null && !SHA256.matcher(promised).matches()) {
            throw malformed("sha256 must be 64 lower-case hex digits.");
        }
    }

    /// The entity that `type/id` names.
    ///
    /// @throws ProblemException `malformed-request`
    public static @Nullable EntityKey attachedTo(@Nullable String text) {
        if (text == null) {
            return null;
        }
        requireStorable("attachedTo", text);
        int slash = text.indexOf('/');
        try {
            return new EntityKey(text.substring(0, Math.max(0, slash)), text.substring(slash + 1));
        } catch (IllegalArgumentException impossible) {
            throw malformed("attachedTo must be type/id: " + impossible.getMessage() + ".");
        }
    }

    /// Its entity's data, once its bytes are known.
    public JsonObject data(String sha256, long size) {
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

    /// Where its bytes are to be had.
    ///
    /// @param spaceName as the request had it
    public URI address(String spaceName) {
        return URI.create(
                "/v1/spaces/%s/media/%s"
                        .formatted(spaceName, UriUtils.encode(mediaId, StandardCharsets.UTF_8)));
    }

    private static void requireStorable(String name, String text) {
        String flaw = Text.flawOf(text);
        if (flaw != null) {
            throw malformed(name + " " + flaw + ".");
        }
    }

    private static boolean isFileName(String name) {
        return !name.isEmpty()
                && name.codePointCount(0, name.length()) <= FILE_NAME_MAX
                && name.codePoints()
                        .noneMatch(c ->
                                c == '/'
                                        || c == '\\'
                                        || Character.isISOControl(c)
                                        || Character.getType(c) == Character.SURROGATE);
    }

    private static boolean isMediaType(String text) {
        if (text.length() > CONTENT_TYPE_MAX || !text.chars().allMatch(c -> c >= ' ' && c < 0x7F)) {
            return false;
        }
        try {
            return MediaType.parseMediaType(text).isConcrete();
        } catch (InvalidMediaTypeException noType) {
            return false;
        }
    }
}
