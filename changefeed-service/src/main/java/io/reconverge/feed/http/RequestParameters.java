package io.reconverge.feed.http;

import static io.reconverge.service.problem.ProblemException.malformed;

import io.reconverge.service.problem.ProblemException;
import io.reconverge.wire.Cursor;
import io.reconverge.wire.ProblemType;
import io.reconverge.wire.SyncRequest;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.util.StringUtils;

/// A request's query parameters, each checked. What is not as it should be ends the request with
/// `malformed-request`.
public record RequestParameters(ServerHttpRequest request) {

    /// The parameter's only value; null when it is absent or empty.
    public @Nullable String one(String name) {
        List<String> values = all(name);
        if (values.size() > 1) {
            throw malformed(name + " may be given once.");
        }
        return values.isEmpty() ? null : values.getFirst();
    }

    /// Every value of a parameter that may repeat, without the empty ones.
    public List<String> all(String name) {
        // a parameter without a value is null there
        return request.getQueryParams().getOrDefault(name, List.of()).stream()
                .filter(StringUtils::hasLength)
                .toList();
    }

    public int integer(String name, int min, int max, int otherwise) {
        return (int) integer(name, min, (long) max, otherwise);
    }

    public long integer(String name, long min, long max, long otherwise) {
        @Nullable String text = one(name);
        if (text == null) {
            return otherwise;
        }
        try {
            long value = Long.parseLong(text);
            if (value < min || value > max) {
                throw malformed("%s must be %d..%d.".formatted(name, min, max));
            }
            return value;
        } catch (NumberFormatException notANumber) {
            throw malformed("%s must be a number, %d..%d.".formatted(name, min, max));
        }
    }

    public int limit() {
        return integer("limit", 1, SyncRequest.LIMIT_MAX, SyncRequest.LIMIT_DEFAULT);
    }

    /// The parameter `cursor`; or `after`, a version for those whose protocol has numbers alone.
    public Cursor cursor() {
        String after = one("after");
        if (after == null) {
            return cursor(one("cursor"));
        }
        if (one("cursor") != null) {
            throw malformed("Either cursor or after says where to begin.");
        }
        return Cursor.ofAnyEpoch(integer("after", 0, Long.MAX_VALUE, 0));
    }

    /// A cursor as its text says.
    ///
    /// @param text null: from the start
    public static Cursor cursor(@Nullable String text) {
        if (text == null) {
            return Cursor.START;
        }
        return Cursor.decode(text)
                .orElseThrow(() ->
                        new ProblemException(
                                ProblemType.INVALID_CURSOR,
                                "The cursor is not one of this service."));
    }

    /// Every value of a parameter that names changes, at least one.
    public List<UUID> ids(String name, int max) {
        List<String> texts = all(name);
        if (texts.isEmpty() || texts.size() > max) {
            throw malformed("%s must be given 1..%d times.".formatted(name, max));
        }
        return texts.stream().map(text -> id(name, text)).toList();
    }

    private static UUID id(String name, String text) {
        try {
            UUID id = UUID.fromString(text);
            // what it understands is more than what it writes
            if (id.toString().equalsIgnoreCase(text)) {
                return id;
            }
        } catch (IllegalArgumentException notAnId) {
            throw malformed(name + " must be a UUID.");
        }
        throw malformed(name + " must be a UUID.");
    }
}
