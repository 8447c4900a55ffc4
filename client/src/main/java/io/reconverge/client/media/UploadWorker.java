package io.reconverge.client.media;

import io.reconverge.client.http.Origin;
import io.reconverge.client.replica.Upload;
import io.reconverge.client.replica.Uploads;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Sends what is queued, one file after the other, on a thread of its own that there is only while
/// there is something to send.
///
/// A pass tries each queued file once. What the server fails on is left for the next pass, and what
/// stands in the way of all ends the pass. The next one begins after a random wait, which grows
/// with each pass that brought nothing.
final class UploadWorker implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(UploadWorker.class);

    private final Origin origin;
    private final Uploads uploads;
    private final String deviceId;
    private final Function<String, Path> files;
    private final Progress progress;
    private final MediaSettings settings;
    private final Clock clock;
    private final Timers timers;
    private final RandomGenerator random;

    // all of these guarded by this
    private boolean started;
    private boolean paused;
    private boolean online = true;
    private boolean signedIn = true;
    private boolean closed;
    private boolean passing;
    private int failures;
    private long notBeforeMillis;
    private long retryAfterUntilMillis;
    private long timerAtMillis = Long.MAX_VALUE;
    private List<CompletableFuture<UploadResult>> asked = new ArrayList<>();
    private @Nullable Transfer running;
    private long runningNumber;

    UploadWorker(
            Origin origin,
            Uploads uploads,
            String deviceId,
            Function<String, Path> files,
            Progress progress,
            MediaSettings settings,
            Clock clock,
            Timers timers,
            RandomGenerator random) {
        this.origin = origin;
        this.uploads = uploads;
        this.deviceId = deviceId;
        this.files = files;
        this.progress = progress;
        this.settings = settings;
        this.clock = clock;
        this.timers = timers;
        this.random = random;
    }

    synchronized void start() {
        started = true;
        look();
    }

    synchronized void pause() {
        paused = true;
        stopRunning();
        look();
    }

    synchronized void resume() {
        paused = false;
        look();
    }

    synchronized void connectivity(boolean online) {
        boolean regained = online && !this.online;
        this.online = online;
        if (regained) {
            failures = 0;
            notBeforeMillis = retryAfterUntilMillis;
        } else if (!online) {
            stopRunning();
        }
        look();
    }

    synchronized void signedIn(boolean signedIn) {
        this.signedIn = signedIn;
        if (!signedIn) {
            stopRunning();
        }
        look();
    }

    /// Why nothing is sent or fetched; null where nothing stands in the way.
    synchronized @Nullable String hindrance() {
        if (closed) {
            return "closed";
        }
        if (paused) {
            return "paused";
        }
        if (!signedIn) {
            return "signed out";
        }
        return online ? null : "offline";
    }

    /// Something was queued.
    synchronized void queued() {
        look();
    }

    /// Sends what is queued, without waiting for its time.
    synchronized CompletableFuture<UploadResult> upload() {
        CompletableFuture<UploadResult> result = new CompletableFuture<>();
        asked.add(result);
        look();
        return result;
    }

    /// A file is no longer to be sent.
    synchronized void dropped(Upload upload) {
        if (runningNumber == upload.number()) {
            stopRunning();
        }
        String address = upload.address();
        if (address != null && hindrance() == null) {
            Thread.startVirtualThread(() -> end(address));
        }
    }

    private void end(String address) {
        try {
            new Transfer(origin.http(), settings.stall())
                    .send(
                            origin.request(address).header("Tus-Resumable", "1.0.0").DELETE(),
                            HttpResponse.BodyHandlers.discarding());
        } catch (Exception e) {
            LOG.debug("Upload {} was left to end by itself", address, e);
        }
    }

    private void stopRunning() {
        if (running != null) {
            running.stop();
        }
    }

    /// Begins a pass if it is time for one.
    private void look() {
        if (passing) {
            return;
        }
        String hindrance = hindrance();
        if (hindrance != null) {
            if (!asked.isEmpty()) {
                List<CompletableFuture<UploadResult>> told = asked;
                asked = new ArrayList<>();
                // elsewhere, for what waits for it may call back
                Thread.startVirtualThread(() -> {
                    UploadResult result = hindered(hindrance);
                    told.forEach(each -> each.complete(result));
                });
            }
            return;
        }
        long now = clock.millis();
        if (!asked.isEmpty() || (started && now >= notBeforeMillis && hasQueued())) {
            passing = true;
            List<CompletableFuture<UploadResult>> told = asked;
            asked = new ArrayList<>();
            Thread.ofVirtual().name("reconverge-upload").start(() -> pass(told));
        } else if (started && now < notBeforeMillis && timerAtMillis > notBeforeMillis) {
            timerAtMillis = notBeforeMillis;
            timers.after(Duration.ofMillis(notBeforeMillis - now), this::timerFired);
        }
    }

    private synchronized void timerFired() {
        timerAtMillis = Long.MAX_VALUE;
        look();
    }

    private boolean hasQueued() {
        return uploads.count(Upload.State.QUEUED) > 0;
    }

    /// What a pass came to.
    private static final class Pass {
        private int stored;
        private int parked;
        private boolean moved;
        private boolean troubled;
        private long retryAfterMillis;
        private @Nullable String error;
    }

    private void pass(List<CompletableFuture<UploadResult>> told) {
        Pass pass = new Pass();
        try {
            long through = uploads.lastNumber();
            Optional<Upload> next = uploads.next(0, through);
            while (next.isPresent() && send(next.get(), pass)) {
                next = uploads.next(next.get().number(), through);
            }
        } catch (RuntimeException e) {
            LOG.error("The queue of files could not be gone through", e);
            pass.troubled = true;
            pass.error = e.toString();
        }
        @Nullable UploadResult result =
                told.isEmpty() ? null : result(pass.stored, pass.parked, pass.error);
        passed(pass);
        if (result != null) {
            told.forEach(each -> each.complete(result));
        }
    }

    private synchronized void passed(Pass pass) {
        long now = clock.millis();
        passing = false;
        running = null;
        runningNumber = 0;
        retryAfterUntilMillis =
                now + Math.min(pass.retryAfterMillis, settings.retryAfterMax().toMillis());
        if (pass.troubled) {
            failures = pass.moved ? 1 : failures + 1;
            long wait = (long) (random.nextDouble() * settings.backoffCeilingMillis(failures));
            notBeforeMillis = retryAfterUntilMillis + wait;
        } else {
            failures = 0;
            notBeforeMillis = 0;
        }
        notifyAll();
        look();
    }

    private UploadResult hindered(String hindrance) {
        try {
            return result(0, 0, hindrance);
        } catch (IllegalStateException replicaClosed) {
            return new UploadResult(0, 0, 0, hindrance);
        }
    }

    private UploadResult result(int stored, int parked, @Nullable String error) {
        return new UploadResult(stored, parked, uploads.count(Upload.State.QUEUED), error);
    }

    /// Sends one.
    ///
    /// @return whether there is sense in sending another
    private boolean send(Upload upload, Pass pass) {
        Transfer transfer = new Transfer(origin.http(), settings.stall());
        synchronized (this) {
            String hindrance = hindrance();
            if (hindrance != null) {
                pass.error = hindrance;
                return false;
            }
            running = transfer;
            runningNumber = upload.number();
        }
        Attempted attempted;
        try (Progress.Line line =
                progress.begin(
                        upload.space(),
                        upload.mediaId(),
                        MediaProgress.Direction.UP,
                        upload.sent(),
                        upload.size())) {
            Sending sending =
                    new Sending(
                            origin,
                            uploads,
                            deviceId,
                            transfer,
                            upload,
                            files.apply(upload.sha256()),
                            line);
            attempted = sending.run();
            pass.moved |= sending.hasMoved();
            if (attempted instanceof Attempted.Stored) {
                line.at(upload.size());
            }
            return settle(upload, attempted, pass);
        }
    }

    private boolean settle(Upload upload, Attempted attempted, Pass pass) {
        return switch (attempted) {
            case Attempted.Stored(long version) -> {
                uploads.stored(upload.number(), version);
                pass.stored++;
                pass.moved = true;
                yield true;
            }
            case Attempted.Refused(String problem) -> {
                park(upload, problem, pass);
                yield true;
            }
            case Attempted.Failed(String problem) -> {
                uploads.tried(upload.number(), problem);
                if (upload.tries() + 1 >= settings.triesMax()) {
                    park(upload, problem, pass);
                } else {
                    pass.troubled = true;
                    pass.error = problem;
                }
                yield true;
            }
            case Attempted.Undecided _ -> {
                pass.troubled = true;
                pass.error = "the server has not decided yet";
                yield true;
            }
            case Attempted.Busy(long retryAfterMillis, String why) -> {
                pass.troubled = true;
                pass.retryAfterMillis = retryAfterMillis;
                pass.error = why;
                yield false;
            }
            case Attempted.Broken(String why) -> {
                pass.troubled = true;
                pass.error = why;
                yield false;
            }
            case Attempted.SignedOut(String why) -> {
                synchronized (this) {
                    signedIn = false;
                }
                pass.error = why;
                yield false;
            }
            // dropped, or there is a hindrance, which the next finds
            case Attempted.Stopped _ -> true;
        };
    }

    private void park(Upload upload, String problem, Pass pass) {
        uploads.park(upload.number(), problem);
        pass.parked++;
        LOG.warn("File {} is parked: {}", upload.mediaId(), problem);
    }

    @Override
    public synchronized void close() {
        closed = true;
        stopRunning();
        look();
        // what runs uses the replica, which its owner closes next
        while (passing) {
            try {
                wait();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }
}
