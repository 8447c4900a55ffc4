package io.reconverge.feed.delta;

import io.reconverge.feed.http.RequestParameters;
import io.reconverge.feed.page.TypeFilter;
import io.reconverge.service.access.Admission;
import io.reconverge.service.identity.Caller;
import io.reconverge.service.request.DeviceId;
import io.reconverge.wire.Cursor;
import java.time.Duration;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.server.reactive.ServerHttpRequest;

/// What a reader asks for.
///
/// @param patience how long a page may wait for something to be in it
/// @param deviceId null when the reader does not say
record DeltaRequest(
        Caller caller,
        Admission admission,
        Cursor cursor,
        int limit,
        TypeFilter types,
        Duration patience,
        @Nullable String deviceId) {

    UUID space() {
        return admission.space();
    }

    private static final int WAIT_MAX_SECONDS = 60;

    /// @throws io.reconverge.service.problem.ProblemException `malformed-request`, `invalid-cursor`
    static DeltaRequest of(Caller caller, Admission admission, ServerHttpRequest request) {
        return of(caller, admission, request, null);
    }

    /// The same, its `Last-Event-ID` going before its parameter.
    static DeltaRequest ofStream(Caller caller, Admission admission, ServerHttpRequest request) {
        @Nullable String last = request.getHeaders().getFirst("Last-Event-ID");
        return of(caller, admission, request, last == null || last.isEmpty() ? null : last);
    }

    private static DeltaRequest of(
            Caller caller, Admission admission, ServerHttpRequest request, @Nullable String last) {
        var parameters = new RequestParameters(request);
        return new DeltaRequest(
                caller,
                admission,
                last == null ? parameters.cursor() : RequestParameters.cursor(last),
                parameters.limit(),
                TypeFilter.of(parameters.all("type")),
                Duration.ofSeconds(parameters.integer("wait", 0, WAIT_MAX_SECONDS, 0)),
                DeviceId.of(request.getHeaders()));
    }
}
