package io.reconverge.media.tus;

import static io.reconverge.service.problem.ProblemException.malformedHeader;

import io.reconverge.service.problem.ProblemException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The header `Upload-Metadata`: pairs of a key and a value in base64, separated by commas; a value
/// may be absent.
///
/// @param values by their keys, empty where a key has none
record UploadMetadata(Map<String, String> values) {

    static final int MAX = 8_192;

    UploadMetadata {
        values = Map.copyOf(values);
    }

    /// @throws ProblemException `malformed-request`
    static UploadMetadata parse(@Nullable String header) {
        Map<String, String> values = new LinkedHashMap<>();
        if (header == null || header.isBlank()) {
            return new UploadMetadata(values);
        }
        if (header.length() > MAX) {
            throw malformedHeader("Upload-Metadata", "may have " + MAX + " characters");
        }
        for (String pair : header.split(",", -1)) {
            String[] parts = pair.strip().split(" ", -1);
            if (parts[0].isEmpty() || parts.length > 2) {
                throw malformedHeader(
                        "Upload-Metadata",
                        "must be pairs of a key and a value in base64, by commas");
            }
            if (values.put(parts[0], parts.length == 2 ? text(parts[0], parts[1]) : "") != null) {
                throw malformedHeader("Upload-Metadata", "has " + parts[0] + " twice");
            }
        }
        return new UploadMetadata(values);
    }

    /// Null for a key that is not there, and for one with no value.
    @Nullable String get(String key) {
        String value = values.get(key);
        return value == null || value.isEmpty() ? null : value;
    }

    private static String text(String key, String base64) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(Base64.getDecoder().decode(base64)))
                    .toString();
        } catch (IllegalArgumentException notBase64) {
            throw malformedHeader(
                    "Upload-Metadata", "has a value for " + key + " that is no base64");
        } catch (CharacterCodingException notText) {
            // of keys that mean nothing here it may be anything
            return "";
        }
    }
}
