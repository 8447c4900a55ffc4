package io.reconverge.client.media;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/// The files of a user: added here at once and sent in the background, fetched when they are
/// wanted. Nothing here keeps text waiting.
///
/// Safe for many threads.
public final class MediaLibrary implements AutoCloseable {

    /// Copies a file into the cache and queues it. Needs no network.
    public MediaItem add(String space, Path file, MediaDetails details) throws IOException {
        throw new UnsupportedOperationException();
    }

    /// The same, of a stream, which is read to its end and not closed.
    public MediaItem add(String space, InputStream bytes, MediaDetails details) throws IOException {
        throw new UnsupportedOperationException();
    }

    /// All files of a space, queued and stored, by id.
    public List<MediaItem> list(String space) {
        throw new UnsupportedOperationException();
    }

    public Optional<MediaItem> get(String space, String mediaId) {
        throw new UnsupportedOperationException();
    }

    /// The file with its bytes, if they are on this device.
    public Optional<Path> cached(String space, String mediaId) {
        throw new UnsupportedOperationException();
    }

    /// The file with its bytes: from the cache, else from the server. It is the cache's: not to be
    /// changed, and to be copied where it is to stay.
    public CompletableFuture<Path> fetch(String space, String mediaId) {
        throw new UnsupportedOperationException();
    }

    /// Sends what is queued now, and ends when the queue is empty or nothing more can be sent.
    public CompletableFuture<UploadResult> upload() {
        throw new UnsupportedOperationException();
    }

    /// Has a parked file sent again.
    public boolean retry(String space, String mediaId) {
        throw new UnsupportedOperationException();
    }

    /// Gives a queued or parked file up.
    public boolean drop(String space, String mediaId) {
        throw new UnsupportedOperationException();
    }

    /// Has `observer` told how far files are, at most some times a second each.
    public AutoCloseable observe(Consumer<MediaProgress> observer) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
}
