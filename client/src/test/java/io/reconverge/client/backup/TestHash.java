package io.reconverge.client.backup;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.HexFormat;

/// The SHA-256 of a text.
final class TestHash {

    private TestHash() {}

    static String of(String text) {
        return HexFormat.of().formatHex(Lister.sha256().digest(text.getBytes(UTF_8)));
    }
}
