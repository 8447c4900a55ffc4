package io.reconverge.ingest.decide;

import io.reconverge.wire.JsonObject;
import java.nio.charset.StandardCharsets;

/// The size of data as every limit counts it: JSON text in UTF-8.
final class DataBytes {

    private DataBytes() {}

    static int of(JsonObject data) {
        return data.text().getBytes(StandardCharsets.UTF_8).length;
    }
}
