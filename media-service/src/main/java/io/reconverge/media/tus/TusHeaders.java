package io.reconverge.media.tus;

import static io.reconverge.service.problem.ProblemException.malformedHeader;

import io.reconverge.media.upload.Checksum;
import io.reconverge.service.problem.ProblemException;
import io.reconverge.wire.ProblemType;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;

/// The headers of tus 1.0.0, as requests have them.
final class TusHeaders {

    static final String VERSION = "1.0.0";
    static final String RESUMABLE = "Tus-Resumable";
    static final String OFFSET = "Upload-Offset";
    static final String LENGTH = "Upload-Length";
    static final String METADATA = "Upload-Metadata";
    static final String EXPIRES = "Upload-Expires";
    static final String METHOD_OVERRIDE = "X-HTTP-Method-Override";

    static final MediaType BYTES = MediaType.valueOf("application/offset+octet-stream");

    private static final String CHECKSUM = "Upload-Checksum";
    private static final String DEFER_LENGTH = "Upload-Defer-Length";
    private static final int NUMBER_DIGITS_MAX = 18;

    /// The JDK's names of algorithms by those of tus.
    private static final Map<String, String> ALGORITHMS =
            Map.of("sha1", "SHA-1", "sha256", "SHA-256", "sha-256", "SHA-256");

    private TusHeaders() {}

    /// @throws ProblemException `unsupported-tus-version`
    static void requireVersion(HttpHeaders headers) {
        if (!VERSION.equals(headers.getFirst(RESUMABLE))) {
            throw new ProblemException(
                    ProblemType.UNSUPPORTED_TUS_VERSION, "Tus-Resumable must be " + VERSION + ".");
        }
    }

    /// @throws ProblemException `malformed-request`
    static long length(HttpHeaders headers) {
        if (headers.containsHeader(DEFER_LENGTH)) {
            throw malformedHeader(
                    DEFER_LENGTH, "is not supported: tell the length with Upload-Length");
        }
        return number(headers, LENGTH);
    }

    /// @throws ProblemException `malformed-request`
    static long offset(HttpHeaders headers) {
        return number(headers, OFFSET);
    }

    private static long number(HttpHeaders headers, String name) {
        List<String> values = headers.getOrEmpty(name);
        if (values.size() == 1
                && values.getFirst().length() <= NUMBER_DIGITS_MAX
                && !values.getFirst().isEmpty()
                && values.getFirst().chars().allMatch(c -> c >= '0' && c <= '9')) {
            return Long.parseLong(values.getFirst());
        }
        throw malformedHeader(name, "must be given, once, as a number of bytes");
    }

    /// @throws ProblemException `unsupported-media-type`
    static void requireBytes(HttpHeaders headers) {
        if (!BYTES.equals(headers.getContentType())) {
            throw new ProblemException(
                    ProblemType.UNSUPPORTED_MEDIA_TYPE, "The Content-Type must be " + BYTES + ".");
        }
    }

    /// Null when none is sent.
    ///
    /// @throws ProblemException `malformed-request`
    static @Nullable Checksum checksum(HttpHeaders headers) {
        String value = headers.getFirst(CHECKSUM);
        if (value == null) {
            return null;
        }
        String[] parts = value.strip().split(" +", -1);
        String algorithm = ALGORITHMS.get(parts[0].toLowerCase(Locale.ROOT));
        if (algorithm == null || parts.length != 2) {
            throw malformedHeader(CHECKSUM, "must be sha1 or sha256 and the digest in base64");
        }
        try {
            return new Checksum(algorithm, Base64.getDecoder().decode(parts[1]));
        } catch (IllegalArgumentException notBase64) {
            throw malformedHeader(CHECKSUM, "has a digest that is no base64");
        } catch (NoSuchAlgorithmException everyJdkHasThem) {
            throw new AssertionError(everyJdkHasThem);
        }
    }
}
