package io.reconverge.wire;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.UUID;

/// How spaces are named: a UUID, 16 bytes in every key and index.
public final class SpaceId {

    /// What a URL says for the caller's own space.
    public static final String ME = "me";

    private SpaceId() {}

    /// The space of one person, computed from the token's `sub` alone, so that no lookup stands
    /// before a write: the first 16 bytes of SHA-256, marked as version 8 (RFC 9562, section 5.8).
    public static UUID personal(String subject) {
        byte[] digest =
                sha256(("reconverge:personal-space:" + subject).getBytes(StandardCharsets.UTF_8));
        ByteBuffer buffer = ByteBuffer.wrap(digest);
        long high = (buffer.getLong() & 0xFFFF_FFFF_FFFF_0FFFL) | 0x8000L;
        long low = (buffer.getLong() & 0x3FFF_FFFF_FFFF_FFFFL) | 0x8000_0000_0000_0000L;
        return new UUID(high, low);
    }

    private static byte[] sha256(byte[] input) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(input);
        } catch (NoSuchAlgorithmException everyJdkHasIt) {
            throw new AssertionError(everyJdkHasIt);
        }
    }
}
