package io.reconverge.bench.load;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.FullHttpResponse;
import java.net.URI;
import java.util.List;

/// The same GET by all users in turn.
public final class Gets implements Traffic {
    private final byte[][] requests;
    private final int worth;
    private int turn;

    /// @param worth of each answer
    public Gets(URI server, List<String> tokens, String path, int worth) {
        this.worth = worth;
        this.requests =
                tokens.stream()
                        .map(token -> Requests.get(server, path, token))
                        .toArray(byte[][]::new);
    }

    /// One request again and again.
    public Gets(byte[] request, int worth) {
        this.worth = worth;
        this.requests = new byte[][] {request};
    }

    @Override
    public ByteBuf next(int lane, long intended) {
        byte[] request = requests[turn];
        turn = (turn + 1) % requests.length;
        return Unpooled.wrappedBuffer(request);
    }

    @Override
    public boolean accepts(int lane, long intended, FullHttpResponse answer) {
        return answer.status().code() == 200;
    }

    @Override
    public int worth() {
        return worth;
    }
}
