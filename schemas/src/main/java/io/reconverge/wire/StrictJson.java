package io.reconverge.wire;

import tools.jackson.databind.JsonNode;

/// Reads JSON as a client may send it.
public final class StrictJson {

    private StrictJson() {}

    /// @throws InvalidDocument with a pointer to each thing wrong
    public static JsonNode parse(byte[] utf8) {
        throw new UnsupportedOperationException();
    }
}
