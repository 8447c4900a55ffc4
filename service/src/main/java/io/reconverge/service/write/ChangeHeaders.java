package io.reconverge.service.write;

import static io.reconverge.service.problem.ProblemException.malformedHeader;

import io.reconverge.service.problem.ProblemException;
import io.reconverge.service.request.DeviceId;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;

/// What a change has besides its data, where it is written as a request of its own.
///
/// @param changeId of the header `Change-Id`, a new one without it
/// @param deviceId of the header `Device-Id`, empty without it
/// @param modifiedAt of the header `Modified-At`, now without it; epoch milliseconds
public record ChangeHeaders(UUID changeId, String deviceId, long modifiedAt) {

    public static final String CHANGE_ID = "Change-Id";
    public static final String MODIFIED_AT = "Modified-At";

    private static final Pattern UUID_FORM =
            Pattern.compile("\\p{XDigit}{8}(-\\p{XDigit}{4}){3}-\\p{XDigit}{12}");

    /// Up to what all readers of JSON take for the integer that it is.
    private static final long MODIFIED_AT_MAX = (1L << 53) - 1;

    private static final Pattern MILLIS = Pattern.compile("[0-9]{1,16}");

    /// @throws ProblemException `malformed-request`
    public static ChangeHeaders of(HttpHeaders headers, long now) {
        String deviceId = DeviceId.of(headers);
        return new ChangeHeaders(
                changeId(one(headers, CHANGE_ID)),
                deviceId == null ? "" : deviceId,
                modifiedAt(one(headers, MODIFIED_AT), now));
    }

    private static UUID changeId(@Nullable String text) {
        if (text == null) {
            return UUID.randomUUID();
        }
        if (!UUID_FORM.matcher(text).matches()) {
            throw malformedHeader(CHANGE_ID, "must be a UUID");
        }
        return UUID.fromString(text);
    }

    private static long modifiedAt(@Nullable String text, long now) {
        if (text == null) {
            return now;
        }
        if (!MILLIS.matcher(text).matches() || Long.parseLong(text) > MODIFIED_AT_MAX) {
            throw malformedHeader(MODIFIED_AT, "must be epoch milliseconds");
        }
        return Long.parseLong(text);
    }

    private static @Nullable String one(HttpHeaders headers, String name) {
        List<String> values = headers.getOrEmpty(name);
        if (values.size() > 1) {
            throw malformedHeader(name, "may be given once");
        }
        return values.isEmpty() ? null : values.getFirst().strip();
    }
}
