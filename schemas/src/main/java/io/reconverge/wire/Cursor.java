package io.reconverge.wire;

import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.Optional;

/// How far a reader has read a space: everything up to and including `version`.
///
/// Opaque to clients: 17 bytes (the format's number, epoch, version, big-endian), in base64url
/// without padding.
///
/// @param epoch the space's; a cursor of another epoch points at another history. 0 while the space
///   has never been written to
/// @param version 0 for "nothing read yet", which is good in any epoch
public record Cursor(long epoch, long version) {

    private static final byte FORMAT = 1;

    /// Of no space: theirs are odd.
    private static final long ANY_EPOCH = Long.MIN_VALUE;

    private static final int BYTES = 1 + Long.BYTES + Long.BYTES;
    public static final Cursor START = new Cursor(0, 0);

    public Cursor {
        if (version < 0) {
            throw new IllegalArgumentException("version must be 0 or more");
        }
    }

    /// For who knows a version and not of which history, and takes it for this one's.
    public static Cursor ofAnyEpoch(long version) {
        return new Cursor(ANY_EPOCH, version);
    }

    /// Whether it is bound to one history.
    public boolean hasEpoch() {
        return epoch != ANY_EPOCH;
    }

    public String encode() {
        byte[] bytes =
                ByteBuffer.allocate(BYTES).put(FORMAT).putLong(epoch).putLong(version).array();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /// Empty when the text is no cursor.
    public static Optional<Cursor> decode(String text) {
        byte[] bytes;
        try {
            bytes = Base64.getUrlDecoder().decode(text);
        } catch (IllegalArgumentException notBase64) {
            return Optional.empty();
        }
        if (bytes.length != BYTES || bytes[0] != FORMAT) {
            return Optional.empty();
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes, 1, BYTES - 1);
        Cursor cursor;
        long epoch = buffer.getLong();
        long version = buffer.getLong();
        if (version < 0) {
            return Optional.empty();
        }
        cursor = new Cursor(epoch, version);
        return cursor.encode().equals(text) ? Optional.of(cursor) : Optional.empty();
    }
}
