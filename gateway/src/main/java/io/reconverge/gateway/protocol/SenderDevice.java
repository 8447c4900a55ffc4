package io.reconverge.gateway.protocol;

import io.reconverge.service.problem.ProblemException;
import io.reconverge.service.request.DeviceId;
import io.reconverge.wire.Members;
import io.reconverge.wire.SyncRequest;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;

/// Which device a request comes from, where a body may say it, or a header: `Device-Id`, or
/// `X-Device-ID` as some apps call it.
public final class SenderDevice {

    private static final String OTHER_HEADER = "X-Device-ID";
    private static final String MEMBER = "deviceId";

    private SenderDevice() {}

    /// Empty when no header names one.
    ///
    /// @throws ProblemException `malformed-request`
    public static String of(HttpHeaders headers) {
        String named = DeviceId.of(headers);
        if (named != null) {
            return named;
        }
        String other = headers.getFirst(OTHER_HEADER);
        if (other == null || other.isBlank()) {
            return "";
        }
        HttpHeaders renamed = new HttpHeaders();
        renamed.set(DeviceId.HEADER, other);
        String read = DeviceId.of(renamed);
        return read == null ? "" : read;
    }

    /// What the body's `deviceId` says, else what the headers do.
    ///
    /// @param ofHeaders empty for none
    public static String of(Members body, String ofHeaders) {
        @Nullable String named =
                body.optional(MEMBER) == null ? null : body.text(MEMBER, SyncRequest.DEVICE_ID_MAX);
        return named == null ? ofHeaders : named;
    }
}
