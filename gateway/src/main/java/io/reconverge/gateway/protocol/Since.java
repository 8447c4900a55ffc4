package io.reconverge.gateway.protocol;

import io.reconverge.service.problem.ProblemException;
import io.reconverge.wire.ProblemType;
import io.reconverge.wire.Violation;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.util.MultiValueMap;

/// What a request for changes asks for.
///
/// @param since 0 without the parameter: everything
/// @param limit how many entities a page may have
public record Since(long since, int limit) {

    private static final Pattern NUMBER = Pattern.compile("-?[0-9]{1,18}");

    /// Of the parameters `since` and `limit`.
    ///
    /// @param limitDefault without the parameter
    /// @param limitMax what more is brought down to, as it is up to 1
    /// @throws ProblemException `malformed-request`
    public static Since of(MultiValueMap<String, String> query, int limitDefault, int limitMax) {
        List<Violation> wrong = new ArrayList<>();
        long since = number(query, "since", 0, wrong);
        long limit = number(query, "limit", limitDefault, wrong);
        if (since < 0) {
            wrong.add(new Violation("/since", "must be 0 or more"));
        }
        if (!wrong.isEmpty()) {
            throw new ProblemException(
                    ProblemType.MALFORMED_REQUEST, "since and limit are integers.", wrong);
        }
        return new Since(since, Math.clamp(limit, 1, limitMax));
    }

    private static long number(
            MultiValueMap<String, String> query,
            String name,
            long otherwise,
            List<Violation> wrong) {
        @Nullable String text = query.getFirst(name);
        if (text == null) {
            return otherwise;
        }
        if (!NUMBER.matcher(text).matches()) {
            wrong.add(new Violation("/" + name, "must be an integer"));
            return otherwise;
        }
        return Long.parseLong(text);
    }
}
