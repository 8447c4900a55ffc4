package io.reconverge.client;

import io.reconverge.client.http.HttpTransport;
import io.reconverge.client.http.Origin;
import io.reconverge.client.http.Server;
import io.reconverge.client.media.MediaLibrary;
import io.reconverge.client.media.MediaSettings;
import io.reconverge.client.replica.Commit;
import io.reconverge.client.replica.Replica;
import io.reconverge.client.replica.ReplicaException;
import io.reconverge.client.replica.Space;
import io.reconverge.client.sync.EventLoop;
import io.reconverge.client.sync.Status;
import io.reconverge.client.sync.SyncEngine;
import io.reconverge.client.sync.SyncResult;
import io.reconverge.client.sync.ThreadEventLoop;
import io.reconverge.client.sync.Transport;
import io.reconverge.wire.SpaceId;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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
/// no network. After [#close] methods throw `IllegalStateException`.
public final class ReconvergeClient implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ReconvergeClient.class);

    /// How often is looked whether another process has written.
    private static final long LOOK_MILLIS = 1_000;

    private final ClientSettings settings;
    private final Replica replica;
    private final HttpClient http;
    private final Server server;
    private final Transport transport;
    private final MediaLibrary media;
    private final EventLoop watch = new ThreadEventLoop("reconverge-watch");
    private final Replica.Observation observation;

    // guarded by this

    private final Map<String, SyncEngine> engines = new TreeMap<>();
    private boolean started;
    private boolean online = true;
    private boolean signedIn = true;
    private boolean paused;
    private boolean closed;

    private ReconvergeClient(
            Replica replica,
            Path files,
            ClientSettings settings,
            TokenSupplier tokens,
            Function<Origin, Transport> transports)
            throws IOException {
        this.settings = settings;
        this.replica = replica;
        this.paused = replica.isPaused();
        this.http = Origin.httpClient(settings.connectTimeout());
        Origin origin =
                new Origin(
                        settings.server(), http, tokens, replica::claim, settings.requestTimeout());
        this.server = new Server(origin);
        this.transport = transports.apply(origin);
        this.media =
                MediaLibrary.open(
                        replica,
                        files,
                        origin,
                        MediaSettings.defaults().withCacheMaxBytes(settings.cacheMaxBytes()));
        if (paused) {
            media.pause();
        }
        this.observation = replica.observe(this::committed);
    }

    /// Opens the folder, made where there is none. Nothing is sent before [#start] or [#sync].
    ///
    /// @throws ReplicaException where the folder or the file in it cannot be used
    public static ReconvergeClient open(
            Path folder, ClientSettings settings, TokenSupplier tokens) {
        return open(
                folder,
                settings,
                tokens,
                origin -> new HttpTransport(origin, settings.requestTimeout()));
    }

    static ReconvergeClient open(
            Path folder,
            ClientSettings settings,
            TokenSupplier tokens,
            Function<Origin, Transport> transports) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new ReplicaException(folder + " could not be made: " + e.getMessage(), e);
        }
        Replica replica = Replica.open(folder.resolve("replica.db"), settings.replica());
        try {
            return new ReconvergeClient(
                    replica, folder.resolve("media"), settings, tokens, transports);
        } catch (IOException e) {
            replica.close();
            throw new ReplicaException(folder + " cannot be used: " + e.getMessage(), e);
        } catch (RuntimeException e) {
            replica.close();
            throw e;
        }
    }

    public Replica replica() {
        return replica;
    }

    /// The user's own space.
    public Space me() {
        return replica.me();
    }

    /// Syncs by itself from here on: all spaces that something is stored of, and those that are
    /// asked for later. What other processes write to the file is noticed within a second or two.
    public synchronized void start() {
        ensureOpen();
        if (!started) {
            started = true;
            media.start();
            engines.values().forEach(SyncEngine::start);
            engine(SpaceId.ME);
            replica.spaces().forEach(this::engine);
            long seen = replica.othersCommits();
            watch.at(watch.nowMillis() + LOOK_MILLIS, () -> look(seen));
        }
    }

    /// Syncs a space now, whether or not [#start] was called. Ends with the run's report; where
    /// something stands in the way (paused, signed out, offline) at once.
    public CompletableFuture<SyncResult> sync(String space) {
        return engine(space).sync();
    }

    /// The status of a space's sync: the present one at once, then each new one; a subscriber that
    /// is slow gets the newest and misses those between. Completes when the client is closed.
    public Flow.Publisher<Status> status(String space) {
        return engine(space).status();
    }

    /// The present status.
    public Status currentStatus(String space) {
        return engine(space).currentStatus();
    }

    /// The switch "backup off": nothing is sent or fetched until [#resume]. Kept in the file.
    public void pause() {
        replica.setPaused(true);
        paused(true);
    }

    public void resume() {
        replica.setPaused(false);
        paused(false);
    }

    private synchronized void paused(boolean now) {
        if (paused != now && !closed) {
            paused = now;
            if (now) {
                media.pause();
            } else {
                media.resume();
            }
            all(now ? SyncEngine::pause : SyncEngine::resume);
        }
    }

    public synchronized boolean isPaused() {
        return paused;
    }

    /// The app came to the foreground.
    public synchronized void foreground() {
        all(SyncEngine::foreground);
    }

    /// What the platform says of the network. As long as it says nothing, it counts as there.
    public synchronized void connectivity(boolean online) {
        this.online = online;
        media.connectivity(online);
        all(engine -> engine.connectivity(online));
    }

    /// There is a token again: ends the state *signed out*.
    public synchronized void signedIn() {
        signedIn = true;
        media.signedIn();
        all(SyncEngine::signedIn);
    }

    /// Nothing is sent until [#signedIn]. What waits to be sent is kept.
    public synchronized void signedOut() {
        signedIn = false;
        media.signedOut();
        all(SyncEngine::signedOut);
    }

    /// The user's files.
    public MediaLibrary media() {
        return media;
    }

    /// What only the server knows: histories, devices, members.
    public Server server() {
        return server;
    }

    private void all(Consumer<SyncEngine> event) {
        ensureOpen();
        engines.values().forEach(event);
    }

    /// The engine of a space, made when it is first asked for.
    private synchronized SyncEngine engine(String space) {
        ensureOpen();
        SyncEngine known = engines.get(space);
        if (known != null) {
            return known;
        }
        SyncEngine engine =
                new SyncEngine(
                        replica,
                        space,
                        transport,
                        new ThreadEventLoop("reconverge-sync-" + space),
                        settings.sync(),
                        settings.live());
        engines.put(space, engine);
        if (paused) {
            engine.pause();
        }
        if (!signedIn) {
            engine.signedOut();
        }
        if (!online) {
            engine.connectivity(false);
        }
        if (started) {
            engine.start();
        }
        return engine;
    }

    /// A space that something is written to for the first time is synced from then on.
    private void committed(Commit commit) {
        if (commit.toSend()) {
            watch.execute(() -> found(List.of(commit.space())));
        }
    }

    private synchronized void found(List<String> spaces) {
        if (started && !closed) {
            spaces.forEach(this::engine);
        }
    }

    /// Looks whether another process has written, and goes on looking.
    private void look(long seen) {
        if (isClosed()) {
            return;
        }
        long now = seen;
        try {
            now = replica.othersCommits();
            if (now != seen) {
                paused(replica.isPaused());
                found(replica.spaces());
                othersWrote();
            }
        } catch (RuntimeException e) {
            LOG.warn("What other processes wrote could not be read.", e);
        }
        long next = now;
        watch.at(watch.nowMillis() + LOOK_MILLIS, () -> look(next));
    }

    private synchronized void othersWrote() {
        if (!closed) {
            media.othersWrote();
            all(SyncEngine::othersWrote);
        }
    }

    private synchronized boolean isClosed() {
        return closed;
    }

    private void ensureOpen() {
        if (closed) {
            throw new IllegalStateException("the client is closed");
        }
    }

    /// Ends all sync and closes the file. What is being stored is, within some seconds; requests on
    /// their way are given up, which loses nothing.
    @Override
    public void close() {
        List<SyncEngine> open;
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            open = List.copyOf(engines.values());
        }
        observation.close();
        watch.close();
        open.forEach(SyncEngine::close);
        media.close();
        http.shutdownNow();
        replica.close();
    }
}
