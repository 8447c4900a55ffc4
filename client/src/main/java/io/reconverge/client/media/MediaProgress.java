package io.reconverge.client.media;

/// How far a file is.
///
/// @param total bytes in all
public record MediaProgress(
        String space, String mediaId, Direction direction, long done, long total, boolean ended) {

    public enum Direction {
        UP,
        DOWN
    }
}
