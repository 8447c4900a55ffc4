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
        return hashed("reconverge:personal-space:" + subject);
    }

    /// A shared space. The same of the same, so that making one may be asked for again; and nobody
    /// can choose one that is another's.
    ///
    /// @param founder the `sub` of who makes it
    /// @param changeId of the change that makes it
    public static UUID shared(String founder, UUID changeId) {
        return hashed("reconverge:shared-space:" + changeId + ":" + founder);
    }

    private static UUID hashed(String name) {
        ByteBuffer buffer = ByteBuffer.wrap(sha256(name.getBytes(StandardCharsets.UTF_8)));
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
