package io.reconverge.service.request;

import static io.reconverge.service.problem.ProblemException.malformedHeader;

import io.reconverge.service.problem.ProblemException;
import io.reconverge.wire.SyncRequest;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;

/// The header that names the device a request comes from: 1..[SyncRequest#DEVICE_ID_MAX] characters
/// in UTF-8.
///
/// Netty shows and takes a header's octets as characters of ISO 8859-1, one each.
public final class DeviceId {

    public static final String HEADER = "Device-Id";

    private DeviceId() {}

    /// Null when the request names none.
    ///
    /// @throws ProblemException `malformed-request`
    public static @Nullable String of(HttpHeaders headers) {
        return of(headers, HEADER);
    }

    /// Of a client that says it in another header, in the same way.
    ///
    /// @throws ProblemException `malformed-request`
    public static @Nullable String of(HttpHeaders headers, String header) {
        @Nullable List<String> values = headers.get(header);
        if (values == null || values.isEmpty()) {
            return null;
        }
        if (values.size() > 1) {
            throw malformedHeader(header, "may be given once");
        }
        String id;
        try {
            byte[] octets = values.getFirst().getBytes(StandardCharsets.ISO_8859_1);
            id = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(octets)).toString();
        } catch (CharacterCodingException notUtf8) {
            throw malformedHeader(header, "must be UTF-8");
        }
        if (id.isEmpty() || id.codePointCount(0, id.length()) > SyncRequest.DEVICE_ID_MAX) {
            throw malformedHeader(
                    header, "must have 1.." + SyncRequest.DEVICE_ID_MAX + " characters");
        }
        return id;
    }

    /// Leaves the header out where the id has characters that a header cannot carry.
    public static void set(HttpHeaders headers, String id) {
        if (!id.isEmpty() && id.chars().noneMatch(Character::isISOControl)) {
            headers.set(
                    HEADER,
                    new String(id.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1));
        }
    }
}
