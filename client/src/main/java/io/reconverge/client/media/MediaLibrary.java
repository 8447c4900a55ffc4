package io.reconverge.client.media;

import io.reconverge.client.http.Origin;
import io.reconverge.client.outbox.Restored;
import io.reconverge.client.replica.Medium;
import io.reconverge.client.replica.Replica;
import io.reconverge.client.replica.Upload;
import io.reconverge.client.replica.Uploads;
import io.reconverge.wire.EntityKey;
import io.reconverge.wire.Text;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// The files of a user: added here at once and sent in the background, fetched when they are
/// wanted. Nothing here keeps text waiting.
///
/// A file that was added and returned is on disk, with its place in the queue: it survives the end
/// of the process and the loss of power. What the server has comes as an entity of type `media` by
/// the feed; it is deleted as entities are.
///
/// Safe for many threads; other processes may use the folder as well. Methods that read or write
/// block for as long as local files take, and need no network.
public final class MediaLibrary implements AutoCloseable {

    private static final int PAGE = 500;

    /// What stands in a path of the contract, and so cannot be an id.
    private static final String RESERVED_ID = "uploads";

    private final Replica replica;
    private final Uploads uploads;
    private final MediaSettings settings;
    private final Clock clock;
    private final Cache cache;
    private final Progress progress;
    private final UploadWorker worker;
    private final Fetching fetching;

    /// Bytes in the cache that may be too many; at first, who knows.
    private final AtomicLong cached = new AtomicLong(Long.MAX_VALUE / 2);

    private MediaLibrary(
            Replica replica,
            Cache cache,
            Origin origin,
            MediaSettings settings,
            Clock clock,
            Timers timers,
            RandomGenerator random) {
        this.replica = replica;
        this.uploads = replica.uploads();
        this.settings = settings;
        this.clock = clock;
        this.cache = cache;
        this.progress = new Progress(clock);
        this.worker =
                new UploadWorker(
                        origin,
                        uploads,
                        replica.deviceId(),
                        cache::path,
                        progress,
                        settings,
                        clock,
                        timers,
                        random);
        this.fetching =
                new Fetching(
                        origin,
                        cache,
                        progress,
                        settings,
                        timers,
                        random,
                        worker::hindrance,
                        this::entered);
    }

    /// Opens the folder, made where there is none. Nothing is sent before [#start] or [#upload].
    ///
    /// @param replica closed by its owner, after this
    public static MediaLibrary open(
            Replica replica, Path folder, Origin origin, MediaSettings settings)
            throws IOException {
        return open(
                replica,
                folder,
                origin,
                settings,
                Clock.systemUTC(),
                Timers.system(),
                RandomGenerator.getDefault());
    }

    static MediaLibrary open(
            Replica replica,
            Path folder,
            Origin origin,
            MediaSettings settings,
            Clock clock,
            Timers timers,
            RandomGenerator random)
            throws IOException {
        Files.createDirectories(folder);
        return new MediaLibrary(
                replica, Cache.open(folder, clock), origin, settings, clock, timers, random);
    }

    /// How many bytes a file may have.
    public long fileMaxBytes() {
        return settings.fileMaxBytes();
    }

    /// Copies a file into the cache and queues it.
    ///
    /// @return what [#get] gives from now on
    /// @throws IllegalArgumentException where the details are what the server would refuse
    /// @throws io.reconverge.client.replica.UploadsFullException where too many files wait
    /// @throws IOException also where it has too many bytes
    public MediaItem add(String space, Path file, MediaDetails details) throws IOException {
        try (InputStream bytes = Files.newInputStream(file)) {
            Path name = file.getFileName();
            return add(space, bytes, details, name == null ? "" : name.toString());
        }
    }

    /// The same, of a stream, which is read to its end and not closed.
    public MediaItem add(String space, InputStream bytes, MediaDetails details) throws IOException {
        return add(space, bytes, details, details.fileName() == null ? "" : details.fileName());
    }

    private MediaItem add(String space, InputStream bytes, MediaDetails details, String named)
            throws IOException {
        replica.space(space);
        String mediaId =
                details.mediaId() == null ? UUID.randomUUID().toString() : details.mediaId();
        requireId(mediaId);
        MediaFacts.of(details, named, 0, "0".repeat(64));
        Incoming file = cache.copy(bytes, settings.fileMaxBytes());
        MediaFacts facts = MediaFacts.of(details, named, file.size(), file.sha256());
        queue(
                new Uploads.New(
                        space,
                        mediaId,
                        facts.data(),
                        facts.sha256(),
                        facts.size(),
                        clock.millis(),
                        false),
                file);
        return get(space, mediaId).orElseThrow();
    }

    /// Whether a file under this id can be sent: nearly all that entities can have.
    public static boolean canSend(String mediaId) {
        return !mediaId.equals(RESERVED_ID) && Text.flawOf(mediaId) == null;
    }

    private static void requireId(String mediaId) {
        new EntityKey(Uploads.MEDIA, mediaId);
        if (!canSend(mediaId)) {
            throw new IllegalArgumentException("no file can have the id '" + mediaId + "'");
        }
    }

    /// The bytes and the row in one transaction, in which nobody removes what is not needed.
    private void queue(Uploads.New file, Incoming bytes) throws IOException {
        Optional<Upload> before = uploads.find(file.space(), file.mediaId());
        Upload queued =
                entering(bytes, file.sha256(), () -> uploads.add(file, settings.queueMax()));
        before.filter(old -> old.number() != queued.number()).ifPresent(worker::dropped);
        entered(file.size());
        worker.queued();
    }

    /// Brings in a file of a backup, as [Uploads#restore] says.
    ///
    /// @param bytes of it; not closed
    /// @param modifiedAt as the backup has it
    /// @param deleted whether what was deleted here comes back
    /// @throws IOException also where they are not what `facts` says
    public Restored.Kind restore(
            String space,
            String mediaId,
            MediaFacts facts,
            InputStream bytes,
            long modifiedAt,
            boolean deleted)
            throws IOException {
        requireId(mediaId);
        Incoming file = cache.copy(bytes, facts.size());
        if (file.size() != facts.size() || !file.sha256().equals(facts.sha256())) {
            file.remove();
            file.close();
            throw new IOException("the bytes are not those of " + facts.sha256());
        }
        Uploads.New restored =
                new Uploads.New(
                        space,
                        mediaId,
                        facts.data(),
                        facts.sha256(),
                        facts.size(),
                        modifiedAt,
                        true);
        Restored.Kind kind =
                entering(file, facts.sha256(), () -> uploads.restore(restored, deleted));
        entered(facts.size());
        worker.queued();
        return kind;
    }

    private <T> T entering(Incoming bytes, String sha256, Supplier<T> row) throws IOException {
        try {
            return replica.atomically(() -> {
                try {
                    cache.enter(bytes, sha256);
                    return row.get();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private void entered(long bytes) {
        if (cached.addAndGet(bytes) > settings.cacheMaxBytes()) {
            trim();
        }
    }

    /// Leaves an eighth free, and looks again no sooner than that is filled: to look costs a walk
    /// through all files.
    private void trim() {
        long target = settings.cacheMaxBytes() - settings.cacheMaxBytes() / 8;
        replica.atomically(() -> {
            cached.set(Math.min(target, cache.trim(uploads.needed(), target)));
            return true;
        });
    }

    /// All files of a space, queued and stored, by id.
    public List<MediaItem> list(String space) {
        List<MediaItem> items = new ArrayList<>();
        List<Medium> page = uploads.media(space, null, PAGE);
        while (!page.isEmpty()) {
            page.forEach(medium -> item(medium).ifPresent(items::add));
            page = uploads.media(space, page.getLast().mediaId(), PAGE);
        }
        return items;
    }

    public Optional<MediaItem> get(String space, String mediaId) {
        return uploads.medium(space, mediaId).flatMap(this::item);
    }

    private Optional<MediaItem> item(Medium medium) {
        return MediaFacts.of(medium.data()).map(facts -> item(medium, facts));
    }

    private MediaItem item(Medium medium, MediaFacts facts) {
        Upload queued = medium.upload();
        // of other content, where the entity was written later than the file was added
        Upload upload = queued == null || !queued.sha256().equals(facts.sha256()) ? null : queued;
        return new MediaItem(
                medium.space(),
                medium.mediaId(),
                facts.fileName(),
                facts.contentType(),
                facts.size(),
                facts.sha256(),
                facts.attachedTo(),
                cache.has(facts.sha256()),
                standing(upload),
                upload == null ? facts.size() : upload.sent(),
                upload == null ? null : upload.problem());
    }

    private static MediaItem.Standing standing(@Nullable Upload upload) {
        return upload == null
                ? MediaItem.Standing.STORED
                : switch (upload.state()) {
                    case QUEUED -> MediaItem.Standing.QUEUED;
                    case STORED -> MediaItem.Standing.STORED;
                    case PARKED -> MediaItem.Standing.PARKED;
                };
    }

    /// The file with its bytes, if they are on this device.
    public Optional<Path> cached(String space, String mediaId) {
        return uploads.medium(space, mediaId)
                .flatMap(medium -> MediaFacts.of(medium.data()))
                .flatMap(facts -> cache.find(facts.sha256()));
    }

    /// The file with its bytes: from the cache, else from the server. It is the cache's: not to be
    /// changed, and to be copied where it is to stay for more than a minute.
    ///
    /// Fails with [io.reconverge.client.http.SignedOutException],
    /// [io.reconverge.client.http.ProblemException] where the server refuses, and `IOException`
    /// where it could not be reached for too often, nothing is fetched now, or there is no such
    /// file. Files that are fetched at the same time share a bounded number of connections.
    public CompletableFuture<Path> fetch(String space, String mediaId) {
        return uploads.medium(space, mediaId)
                .flatMap(medium -> MediaFacts.of(medium.data()))
                .map(facts -> fetching.fetch(space, mediaId, facts))
                .orElseGet(() ->
                        CompletableFuture.failedFuture(
                                new IOException("there is no file " + mediaId + " in " + space)));
    }

    /// Sends what is queued now, whether or not [#start] was called, without waiting for its time.
    /// Ends when each was tried once, or when something stands in the way of all.
    public CompletableFuture<UploadResult> upload() {
        return worker.upload();
    }

    /// Has a parked file sent again.
    ///
    /// @return false where none is parked under this id
    public boolean retry(String space, String mediaId) {
        boolean queued = uploads.retry(space, mediaId);
        if (queued) {
            worker.queued();
        }
        return queued;
    }

    /// Gives a queued or parked file up.
    ///
    /// @return false where there is none under this id that the server does not have
    public boolean drop(String space, String mediaId) {
        Optional<Upload> dropped = uploads.drop(space, mediaId);
        dropped.ifPresent(worker::dropped);
        return dropped.isPresent();
    }

    /// Another process may have queued something.
    public void othersWrote() {
        worker.queued();
    }

    /// Sends by itself from here on.
    public void start() {
        worker.start();
    }

    /// Nothing is sent or fetched until [#resume]; what is under way is broken off.
    public void pause() {
        worker.pause();
        fetching.stop();
    }

    public void resume() {
        worker.resume();
    }

    /// There is a token again.
    public void signedIn() {
        worker.signedIn(true);
    }

    /// Nothing is sent or fetched until [#signedIn]. What waits to be sent is kept.
    public void signedOut() {
        worker.signedIn(false);
        fetching.stop();
    }

    /// What the platform says of the network. As long as it says nothing, it counts as there.
    public void connectivity(boolean online) {
        worker.connectivity(online);
        if (!online) {
            fetching.stop();
        }
    }

    /// Has `observer` told how far files are: the beginning and the end of each transfer, and some
    /// times a second between them. On the thread of the transfer, which waits for it.
    public Replica.Observation observe(Consumer<MediaProgress> observer) {
        return progress.observe(observer);
    }

    /// Reads all cached files. Those that are not what they should be are removed, but for those
    /// still to be sent, which are named. Takes as long as reading all of them does.
    public CacheCheck verify() {
        Set<String> needed = uploads.needed();
        Set<String> damaged = new HashSet<>();
        List<String> removed = new ArrayList<>();
        long[] good = new long[2];
        cache.each((path, attributes) -> {
            String sha256 = path.getFileName().toString();
            if (Cache.sha256(path, _ -> {}).equals(sha256)) {
                good[0]++;
                good[1] += attributes.size();
            } else if (needed.contains(sha256)) {
                damaged.add(sha256);
            } else {
                Files.deleteIfExists(path);
                removed.add(sha256);
            }
        });
        return new CacheCheck(good[0], good[1], removed, lost(damaged));
    }

    private List<MediaItem> lost(Set<String> damaged) {
        return replica.spaces().stream()
                .flatMap(space -> list(space).stream())
                .filter(item -> item.standing() != MediaItem.Standing.STORED)
                .filter(item -> damaged.contains(item.sha256()) || !item.cached())
                .toList();
    }

    /// Breaks off what is under way; what waits is kept.
    @Override
    public void close() {
        worker.close();
        fetching.stop();
    }
}
