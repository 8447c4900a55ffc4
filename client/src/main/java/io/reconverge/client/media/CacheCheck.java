package io.reconverge.client.media;

import java.util.List;

/// What reading all cached files came to.
///
/// @param files that are what they should be
/// @param bytes of those
/// @param removed SHA-256 of files that were not, and can be fetched again
/// @param lost files whose bytes here were all there was, and are damaged or gone: still to be sent
public record CacheCheck(long files, long bytes, List<String> removed, List<MediaItem> lost) {

    public CacheCheck {
        removed = List.copyOf(removed);
        lost = List.copyOf(lost);
    }
}
