package io.reconverge.gateway.protocol.deltalog;

import io.reconverge.gateway.protocol.DerivedIds;
import java.util.UUID;
import java.util.regex.Pattern;

/// What Mirubato calls a change, as the UUID that the log knows it by.
///
/// A UUID is itself. A nanoid, 21 characters of 64, has 126 bits: as many as a UUID has beside the
/// two of its variant, so it is written into one of the variant `11`, which no UUID of RFC 9562
/// has, and read out of it again. Of any other name a UUID is derived, and the name is not kept.
final class ChangeName {

    static final int LENGTH_MAX = 256;

    private static final String ALPHABET =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    private static final int NANOID_LENGTH = 21;
    private static final Pattern NANOID = Pattern.compile("[A-Za-z0-9_-]{21}");
    private static final Pattern STANDARD =
            Pattern.compile("(?i)[0-9a-f]{8}(-[0-9a-f]{4}){2}-[0-9ab][0-9a-f]{3}-[0-9a-f]{12}");
    private static final long VARIANT = 0xC000_0000_0000_0000L;

    private ChangeName() {}

    static UUID uuid(String name) {
        if (NANOID.matcher(name).matches()) {
            return ofNanoid(name);
        }
        return STANDARD.matcher(name).matches()
                ? UUID.fromString(name)
                : DerivedIds.of("deltalog-change", name);
    }

    /// The name of a change that this client may have made, or another.
    static String of(UUID id) {
        return (id.getLeastSignificantBits() & VARIANT) == VARIANT ? nanoid(id) : id.toString();
    }

    private static UUID ofNanoid(String name) {
        long high = 0;
        long low = 0;
        for (int i = 0; i < NANOID_LENGTH; i++) {
            high = (high << 6) | (low >>> 58);
            low = (low << 6) | ALPHABET.indexOf(name.charAt(i));
        }
        return new UUID((high << 2) | (low >>> 62), low | VARIANT);
    }

    private static String nanoid(UUID id) {
        long high = id.getMostSignificantBits() >>> 2;
        long low = (id.getLeastSignificantBits() & ~VARIANT) | (id.getMostSignificantBits() << 62);
        char[] name = new char[NANOID_LENGTH];
        for (int i = NANOID_LENGTH - 1; i >= 0; i--) {
            name[i] = ALPHABET.charAt((int) (low & 63));
            low = (low >>> 6) | (high << 58);
            high >>>= 6;
        }
        return new String(name);
    }
}
