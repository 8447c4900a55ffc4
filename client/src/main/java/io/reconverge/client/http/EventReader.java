package io.reconverge.client.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// Takes a stream of server-sent events apart, as the HTML standard describes it, in whatever
/// pieces it comes. Comments and fields that it does not know are passed over.
final class EventReader {

    /// An event as it was sent.
    ///
    /// @param id of this event, or of the last one that had any; empty where none had
    record Event(String name, String id, String data) {}

    /// Bytes of an event: the data of an entity are at most 256 KiB of JSON, and what stands round
    /// them is little.
    static final int EVENT_MAX_BYTES = 2 << 20;

    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private boolean first = true;
    private boolean afterReturn;

    private String name = "";
    private String id = "";
    private final StringBuilder data = new StringBuilder();
    private int size;

    /// Takes a byte.
    ///
    /// @return the event that is whole with it
    /// @throws IOException where an event is larger than any can be
    Optional<Event> take(byte octet) throws IOException {
        boolean endOfReturn = afterReturn && octet == '\n';
        afterReturn = octet == '\r';
        if (endOfReturn) {
            return Optional.empty();
        }
        if (octet == '\n' || octet == '\r') {
            String whole = line.toString(StandardCharsets.UTF_8);
            line.reset();
            return line(first && whole.startsWith("\uFEFF") ? whole.substring(1) : whole);
        }
        size++;
        if (size > EVENT_MAX_BYTES) {
            throw new IOException("an event is larger than " + EVENT_MAX_BYTES + " bytes");
        }
        line.write(octet);
        return Optional.empty();
    }

    private Optional<Event> line(String line) {
        first = false;
        if (line.isEmpty()) {
            return end();
        }
        int colon = line.indexOf(':');
        String field = colon < 0 ? line : line.substring(0, colon);
        String value = colon < 0 ? "" : line.substring(colon + 1);
        if (value.startsWith(" ")) {
            value = value.substring(1);
        }
        switch (field) {
            case "event" -> name = value;
            case "id" -> id = value;
            case "data" -> data.append(value).append('\n');
            default -> {}
        }
        return Optional.empty();
    }

    private Optional<Event> end() {
        Optional<Event> event =
                data.isEmpty()
                        ? Optional.empty()
                        : Optional.of(new Event(name, id, data.substring(0, data.length() - 1)));
        name = "";
        data.setLength(0);
        size = 0;
        return event;
    }
}
