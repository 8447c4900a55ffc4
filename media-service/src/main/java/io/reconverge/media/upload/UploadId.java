package io.reconverge.media.upload;

import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

/// The ids of uploads: UUIDs of version 7 (RFC 9562, section 5.7), which tell when they were made.
final class UploadId {

    private UploadId() {}

    /// @param now epoch milliseconds
    static UUID make(long now) {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        return new UUID(
                now << 16 | 0x7000 | random.nextInt(0x1000),
                random.nextLong() >>> 2 | 0x8000_0000_0000_0000L);
    }

    /// Whether it was made before, by who makes such ids: anything else was made now.
    static boolean madeBefore(UUID id, long millis) {
        return id.version() == 7 && id.getMostSignificantBits() >>> 16 < millis;
    }
}
