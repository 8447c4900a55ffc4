package io.reconverge.gateway.protocol.logdate;

import io.reconverge.wire.WireJson;
import java.nio.charset.StandardCharsets;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferFactory;
import org.springframework.core.io.buffer.DataBufferUtils;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.node.ObjectNode;

/// An object with a member `data`: an array of bytes as integers -128..127, written as they come.
final class SignedBytes {

    private static final int DIGITS_MAX = 5;

    private SignedBytes() {}

    static Flux<DataBuffer> of(
            ObjectNode about, Flux<DataBuffer> bytes, DataBufferFactory buffers) {
        String object = WireJson.MAPPER.writeValueAsString(about);
        String head = object.substring(0, object.length() - 1) + ",\"data\":[";
        return Flux.concat(
                Mono.fromSupplier(() -> wrap(head, buffers)),
                bytes.filter(SignedBytes::hasBytes)
                        .index()
                        .map(part -> wrap(integers(part.getT2(), part.getT1() > 0), buffers)),
                Mono.fromSupplier(() -> wrap("]}", buffers)));
    }

    private static boolean hasBytes(DataBuffer part) {
        if (part.readableByteCount() > 0) {
            return true;
        }
        DataBufferUtils.release(part);
        return false;
    }

    private static String integers(DataBuffer part, boolean more) {
        try {
            StringBuilder text = new StringBuilder(part.readableByteCount() * DIGITS_MAX);
            boolean first = !more;
            while (part.readableByteCount() > 0) {
                if (!first) {
                    text.append(',');
                }
                text.append(part.read());
                first = false;
            }
            return text.toString();
        } finally {
            DataBufferUtils.release(part);
        }
    }

    private static DataBuffer wrap(String text, DataBufferFactory buffers) {
        return buffers.wrap(text.getBytes(StandardCharsets.UTF_8));
    }
}
