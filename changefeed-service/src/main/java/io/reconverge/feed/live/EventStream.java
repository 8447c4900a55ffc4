package io.reconverge.feed.live;

import io.reconverge.wire.Cursor;
import io.reconverge.wire.JsonObject;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// Writes what a stream says as server-sent events.
final class EventStream {

    private static final byte[] END = {'\n', '\n'};

    private EventStream() {}

    static byte[] bytes(List<StreamEvent> events) {
        var out = new ByteArrayOutputStream(512);
        events.forEach(event -> write(event, out));
        return out.toByteArray();
    }

    private static void write(StreamEvent event, ByteArrayOutputStream out) {
        switch (event) {
            case StreamEvent.Change(Cursor cursor, JsonObject entity) -> {
                head("change", cursor, out);
                out.writeBytes(entity.text().getBytes(StandardCharsets.UTF_8));
                out.writeBytes(END);
            }
            case StreamEvent.CaughtUp(Cursor cursor) -> position("caught-up", cursor, out);
            case StreamEvent.Ended(Cursor cursor, StreamEvent.Reason reason) ->
                    position(reason.event(), cursor, out);
            case StreamEvent.Heartbeat() -> {
                ascii(":", out);
                out.writeBytes(END);
            }
        }
    }

    /// Has data too: browsers drop an event without.
    private static void position(String event, Cursor cursor, ByteArrayOutputStream out) {
        head(event, cursor, out);
        ascii(
                "{\"cursor\":\"%s\",\"version\":%d}".formatted(cursor.encode(), cursor.version()),
                out);
        out.writeBytes(END);
    }

    private static void head(String event, Cursor cursor, ByteArrayOutputStream out) {
        ascii("event: " + event + "\nid: " + cursor.encode() + "\ndata: ", out);
    }

    private static void ascii(String text, ByteArrayOutputStream out) {
        out.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
    }
}
