package io.reconverge.gateway.sync;

import io.reconverge.wire.Problem;
import io.reconverge.wire.Violation;
import io.reconverge.wire.WireJson;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The places that a problem names.
final class Pointers {

    private Pointers() {}

    static List<String> of(byte @Nullable [] problem) {
        return WireJson.MAPPER
                .readValue(Objects.requireNonNull(problem), Problem.class)
                .errors()
                .stream()
                .map(Violation::pointer)
                .toList();
    }
}
