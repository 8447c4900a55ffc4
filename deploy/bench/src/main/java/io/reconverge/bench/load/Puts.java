package io.reconverge.bench.load;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.FullHttpResponse;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;

/// Pushes of whole entities of about 450 bytes, new ones and such as are there already, by all
/// users in turn.
public final class Puts implements Traffic {
    /// So many has each user at most.
    public static final int ENTITIES_MAX = 100_000;

    /// As many as one's notes may well be.
    private static final int ENTITIES = 1_000;

    private static final String PATH = "/v1/spaces/me/sync";
    private static final HexFormat HEX = HexFormat.of();
    private static final byte[] APPLIED = "\"status\":\"applied\"".getBytes(StandardCharsets.UTF_8);

    private final int changes;
    private final int entities;
    private final byte[][] heads;
    private final byte[] body;
    private final int[] changeIds;
    private final int[] entityIds;
    private final int[] marks;
    private final SplittableRandom random;
    private int turn;
    private long count;

    /// Of a thousand entities each, from a random one on.
    ///
    /// @param tokens of the users
    /// @param changes in one request
    public Puts(URI server, List<String> tokens, int changes) {
        this(server, tokens, changes, ENTITIES);
        count = random.nextInt(ENTITIES);
    }

    /// @param entities that each user has, at most [#ENTITIES_MAX], written in order from the first
    public Puts(URI server, List<String> tokens, int changes, int entities) {
        this.changes = changes;
        this.entities = entities;
        this.random = new SplittableRandom();
        this.marks = new int[changes];
        this.changeIds = new int[changes];
        this.entityIds = new int[changes];
        var text = new StringBuilder("{\"deviceId\":\"bench-device\",\"changes\":[");
        for (int i = 0; i < changes; i++) {
            text.append(i == 0 ? "" : ",").append("{\"changeId\":\"");
            changeIds[i] = text.length();
            text.append("00000000-0000-7000-8000-000000000000\",\"type\":\"note\",\"id\":\"");
            entityIds[i] = text.length();
            text.append("n-00000\",\"op\":\"put\",\"data\":");
            marks[i] = text.length() + 1 + MARK.length();
            text.append(NOTE).append('}');
        }
        this.body = text.append("]}").toString().getBytes(StandardCharsets.US_ASCII);
        this.heads =
                tokens.stream()
                        .map(token ->
                                Requests.head(
                                        "POST",
                                        server,
                                        PATH,
                                        token,
                                        "Content-Type: application/json\r\n",
                                        body.length))
                        .toArray(byte[][]::new);
    }

    /// Where the moment stands at which an entity's change was meant to be sent.
    public static final String MARK = "\"at\":\"";

    /// Digits of a mark.
    public static final int MARK_DIGITS = 19;

    /// The data of each entity.
    public static final String NOTE =
            "{\"at\":\"0000000000000000000\",\"title\":\"Tide table of the northern pier\",\"body\":\"%s\",\"pinned\":false,\"tags\":[\"sea\",\"work\",\"2026\"]}"
                    .formatted("high at 6:10, low at 12:25, wind from the north-west. ".repeat(6));

    @Override
    public ByteBuf next(int lane, long intended) {
        byte[] filled = body.clone();
        for (int i = 0; i < changes; i++) {
            changeId(filled, changeIds[i]);
            digits(filled, entityIds[i] + 2, 5, count++ % entities);
            digits(filled, marks[i], MARK_DIGITS, intended);
        }
        byte[] head = heads[turn];
        turn = (turn + 1) % heads.length;
        return Unpooled.wrappedBuffer(head, filled);
    }

    /// All of its changes are to be applied.
    @Override
    public boolean accepts(int lane, long intended, FullHttpResponse answer) {
        if (answer.status().code() != 200) {
            return false;
        }
        ByteBuf content = answer.content();
        int found = 0;
        int from = content.readerIndex();
        int at = Bytes.indexOf(content, APPLIED, from);
        while (at >= 0) {
            found++;
            from = at + APPLIED.length;
            at = found == changes ? -1 : Bytes.indexOf(content, APPLIED, from);
        }
        return found == changes;
    }

    @Override
    public int worth() {
        return changes;
    }

    /// A UUID of version 7, as clients make them.
    private void changeId(byte[] target, int at) {
        long millis = System.currentTimeMillis();
        write(target, at, HEX.toHexDigits(millis, 12), 0, 8);
        write(target, at + 9, HEX.toHexDigits(millis, 12), 8, 12);
        String low = HEX.toHexDigits(random.nextLong());
        write(target, at + 15, HEX.toHexDigits(random.nextLong(), 3), 0, 3);
        write(target, at + 20, low, 1, 4);
        write(target, at + 24, low, 4, 16);
    }

    private static void digits(byte[] target, int at, int length, long number) {
        long rest = number;
        for (int digit = at + length - 1; digit >= at; digit--) {
            target[digit] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
    }

    private static void write(byte[] target, int at, String text, int from, int to) {
        for (int i = from; i < to; i++) {
            target[at + i - from] = (byte) text.charAt(i);
        }
    }
}
