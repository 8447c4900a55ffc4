package io.reconverge.media.upload;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.jspecify.annotations.Nullable;

/// SHA-256 (FIPS 180-4) that can be put away between two requests and taken up by another instance:
/// what the JDK's cannot.
final class Sha256 {

    private final SHA256Digest digest;

    /// @param state of one that was put away, null for a new one
    Sha256(byte @Nullable [] state) {
        digest = state == null ? new SHA256Digest() : new SHA256Digest(state);
    }

    void update(List<ByteBuffer> bytes) {
        byte[] step = new byte[16 * 1024];
        for (ByteBuffer buffer : bytes) {
            ByteBuffer view = buffer.duplicate();
            while (view.hasRemaining()) {
                int length = Math.min(step.length, view.remaining());
                view.get(step, 0, length);
                digest.update(step, 0, length);
            }
        }
    }

    /// About 100 bytes, for the constructor.
    byte[] state() {
        return digest.getEncodedState();
    }

    /// As 64 lower-case hex digits; it can go on after that.
    String hex() {
        byte[] result = new byte[digest.getDigestSize()];
        new SHA256Digest(digest).doFinal(result, 0);
        return HexFormat.of().formatHex(result);
    }
}
