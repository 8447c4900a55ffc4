package io.reconverge.client;

import io.reconverge.client.http.Server;
import io.reconverge.client.media.MediaLibrary;
import io.reconverge.client.replica.Replica;
import io.reconverge.client.replica.Space;
import io.reconverge.client.sync.Status;
import io.reconverge.client.sync.SyncResult;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;

/// Local-first data with sync: the one object that an app holds.
///
/// A folder has all of it: `replica.db`, and `media/` with the bytes of files.
///
/// ```java
/// try (ReconvergeClient client = ReconvergeClient.open(folder, ClientSettings.of(server), tokens)) {
///     client.start();
///     client.me().put("note", "n-1", JsonObject.ofText("{\"title\": \"Tide\"}"));
///     client.status(SpaceId.ME).subscribe(badge);
/// }
/// ```
///
/// Safe for many threads. What reads and writes blocks for as long as a local file takes, and needs
/// no network.
public final class ReconvergeClient implements AutoCloseable {

    /// Opens the folder, made where there is none. Nothing is sent before [#start] or [#sync].
    public static ReconvergeClient open(
            Path folder, ClientSettings settings, TokenSupplier tokens) {
        throw new UnsupportedOperationException();
    }

    public Replica replica() {
        throw new UnsupportedOperationException();
    }

    /// The user's own space.
    public Space me() {
        throw new UnsupportedOperationException();
    }

    /// Syncs by itself from here on: all spaces that something is stored of, and those that are
    /// asked for later.
    public void start() {
        throw new UnsupportedOperationException();
    }

    /// Syncs a space now, whether or not [#start] was called. Ends with the run's report; where
    /// something stands in the way (paused, signed out, offline) at once.
    public CompletableFuture<SyncResult> sync(String space) {
        throw new UnsupportedOperationException();
    }

    /// The status of a space's sync: the present one at once, then each new one; a subscriber that
    /// is slow gets the newest and misses those between. Completes when the client is closed.
    public Flow.Publisher<Status> status(String space) {
        throw new UnsupportedOperationException();
    }

    /// The present status.
    public Status currentStatus(String space) {
        throw new UnsupportedOperationException();
    }

    /// The switch "backup off": nothing is sent or fetched until [#resume]. Kept in the file.
    public void pause() {
        throw new UnsupportedOperationException();
    }

    public void resume() {
        throw new UnsupportedOperationException();
    }

    public boolean isPaused() {
        throw new UnsupportedOperationException();
    }

    /// The app came to the foreground.
    public void foreground() {
        throw new UnsupportedOperationException();
    }

    /// What the platform says of the network. As long as it says nothing, it counts as there.
    public void connectivity(boolean online) {
        throw new UnsupportedOperationException();
    }

    /// There is a token again: ends the state *signed out*.
    public void signedIn() {
        throw new UnsupportedOperationException();
    }

    /// Nothing is sent until [#signedIn]. What waits to be sent is kept.
    public void signedOut() {
        throw new UnsupportedOperationException();
    }

    public MediaLibrary media() {
        throw new UnsupportedOperationException();
    }

    /// What only the server knows: histories, devices, members.
    public Server server() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {
        throw new UnsupportedOperationException();
    }
}
