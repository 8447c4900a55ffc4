package io.reconverge.gateway.feed;

import io.reconverge.wire.Problem;
import org.springframework.core.io.buffer.DataBuffer;
import reactor.core.publisher.Flux;

/// What the feed said to a pull.
public sealed interface Pulled {

    /// @param body a JSON object with `changes`, `cursor`, `version` and `hasMore`, as its bytes
    ///   come in. Must be read or cancelled, since it holds a connection
    record Page(Flux<DataBuffer> body) implements Pulled {}

    /// It refused, or it does not answer.
    record Refused(Problem problem) implements Pulled {}
}
