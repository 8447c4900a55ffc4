package io.reconverge.bench.load;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.FullHttpResponse;

/// Which requests a load consists of. Called on the load's one thread.
public interface Traffic {

    /// The next request, whole, head and body.
    ///
    /// @param lane of the connection that will send it, from 0; it has one request under way at a
    ///   time
    /// @param intended when it was meant to be sent, by [System#nanoTime]
    ByteBuf next(int lane, long intended);

    /// Whether this is the answer that was wanted; else the request counts as failed.
    boolean accepts(int lane, long intended, FullHttpResponse answer);

    /// How many changes, entities or the like one request is worth.
    default int worth() {
        return 1;
    }
}
