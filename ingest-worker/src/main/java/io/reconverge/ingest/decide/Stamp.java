package io.reconverge.ingest.decide;

import com.fasterxml.jackson.annotation.JsonFormat;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// When, by what change and by which device something last changed. As JSON an array of the three.
///
/// @param version the space's version of that change
/// @param modifiedAt epoch milliseconds by the device's clock, at most five minutes ahead of the
///   server's then
/// @param deviceId empty when the writer named none
@JsonFormat(shape = JsonFormat.Shape.ARRAY)
public record Stamp(long version, long modifiedAt, String deviceId) {

    /// Whether a write of this stamp wins against what `standing` stamps, which arrived before it:
    /// the later `modifiedAt` does, then the greater device id by code points. With both equal it
    /// is one device writing twice in a millisecond, and what it wrote last wins.
    public boolean beats(Stamp standing) {
        return modifiedAt != standing.modifiedAt
                ? modifiedAt > standing.modifiedAt
                : compareByCodePoints(deviceId, standing.deviceId) >= 0;
    }

    /// `String.compareTo` goes by UTF-16 units, which puts U+FFFD above U+1F600; bytes of UTF-8
    /// keep the order of code points.
    private static int compareByCodePoints(String one, String other) {
        return Arrays.compareUnsigned(
                one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
    }
}
