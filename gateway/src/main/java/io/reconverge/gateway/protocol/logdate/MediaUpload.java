package io.reconverge.gateway.protocol.logdate;

import io.reconverge.gateway.protocol.SenderDevice;
import io.reconverge.wire.Members;
import io.reconverge.wire.Violations;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import tools.jackson.databind.node.ObjectNode;

/// What an upload says of its medium.
///
/// @param contentId the note's id
/// @param sizeBytes null where it is not said
/// @param deviceId empty where it is not said
record MediaUpload(
        String contentId,
        String fileName,
        String mimeType,
        @Nullable Long sizeBytes,
        String deviceId) {

    private static final int ID_MAX = 128;
    private static final int FILE_NAME_MAX = 255;
    private static final int MIME_TYPE_MAX = 255;

    /// @param sent the members, or a form's fields, `sizeBytes` as a number
    /// @param ofHeaders the device that the headers name, empty for none
    /// @throws io.reconverge.wire.InvalidDocument with all that is wrong
    static MediaUpload of(ObjectNode sent, String ofHeaders) {
        Violations violations = new Violations();
        Members members = new Members(sent, "", violations);
        String contentId = members.text("contentId", ID_MAX);
        String fileName = members.text("fileName", FILE_NAME_MAX);
        String mimeType =
                members.text(
                        "mimeType",
                        MediaUpload::isMediaType,
                        "must be a media type such as image/jpeg");
        Long sizeBytes = members.integer("sizeBytes", 1, Members.INTEGER_MAX);
        String device = SenderDevice.of(members, ofHeaders);
        violations.throwIfAny();
        return new MediaUpload(
                Objects.requireNonNull(contentId),
                Objects.requireNonNull(fileName),
                Objects.requireNonNull(mimeType),
                sizeBytes,
                device);
    }

    String mediaId() {
        return Logdate.mediaIdOf(contentId);
    }

    private static boolean isMediaType(String text) {
        if (text.length() > MIME_TYPE_MAX) {
            return false;
        }
        try {
            return MediaType.parseMediaType(text).isConcrete();
        } catch (InvalidMediaTypeException none) {
            return false;
        }
    }
}
