package io.reconverge.client.media;

import static java.util.Objects.requireNonNull;

import io.reconverge.client.http.Origin;
import io.reconverge.client.http.ProblemException;
import io.reconverge.client.http.SignedOutException;
import java.io.IOException;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Fetches files into the cache: each content once, however many ask for it, and a bounded number
/// at once. What broke off is gone on with.
final class Fetching {

    private final Origin origin;
    private final Cache cache;
    private final Progress progress;
    private final MediaSettings settings;
    private final Timers timers;
    private final RandomGenerator random;
    private final Supplier<@Nullable String> hindrance;
    private final Consumer<Long> entered;
    private final Semaphore turns;
    private final Map<String, CompletableFuture<Path>> running = new ConcurrentHashMap<>();
    private final Set<Transfer> transfers = ConcurrentHashMap.newKeySet();

    /// @param hindrance why nothing is to be fetched now; null for nothing
    /// @param entered told of so many bytes that came into the cache
    Fetching(
            Origin origin,
            Cache cache,
            Progress progress,
            MediaSettings settings,
            Timers timers,
            RandomGenerator random,
            Supplier<@Nullable String> hindrance,
            Consumer<Long> entered) {
        this.origin = origin;
        this.cache = cache;
        this.progress = progress;
        this.settings = settings;
        this.timers = timers;
        this.random = random;
        this.hindrance = hindrance;
        this.entered = entered;
        this.turns = new Semaphore(settings.downloads());
    }

    CompletableFuture<Path> fetch(String space, String mediaId, MediaFacts facts) {
        Optional<Path> cached = cache.find(facts.sha256());
        if (cached.isPresent()) {
            return CompletableFuture.completedFuture(cached.get());
        }
        // a copy each, so that nobody can end it for the others
        return running.computeIfAbsent(facts.sha256(), _ -> begin(space, mediaId, facts)).copy();
    }

    private CompletableFuture<Path> begin(String space, String mediaId, MediaFacts facts) {
        CompletableFuture<Path> fetched = new CompletableFuture<>();
        Thread.ofVirtual()
                .name("reconverge-fetch")
                .start(() -> {
                    try {
                        Path path = fetchInTurn(space, mediaId, facts);
                        running.remove(facts.sha256());
                        fetched.complete(path);
                    } catch (Throwable e) {
                        running.remove(facts.sha256());
                        fetched.completeExceptionally(e);
                    }
                });
        return fetched;
    }

    private Path fetchInTurn(String space, String mediaId, MediaFacts facts)
            throws IOException, SignedOutException, InterruptedException {
        turns.acquire();
        try (Progress.Line line =
                progress.begin(space, mediaId, MediaProgress.Direction.DOWN, 0, facts.size())) {
            String path =
                    "/v1/spaces/%s/media/%s"
                            .formatted(Sending.encoded(space), Sending.encoded(mediaId));
            return fetch(path, facts, line);
        } finally {
            turns.release();
        }
    }

    /// Tries until it is here, or as often as settings say without a byte's coming.
    private Path fetch(String path, MediaFacts facts, Progress.Line line)
            throws IOException, SignedOutException, InterruptedException {
        int failures = 0;
        while (true) {
            Optional<Path> cached = cache.find(facts.sha256());
            if (cached.isPresent()) {
                line.at(facts.size());
                return cached.get();
            }
            String hindrance = this.hindrance.get();
            if (hindrance != null) {
                throw new IOException(
                        "the file is not on this device, and nothing is fetched: " + hindrance);
            }
            Tried tried = attempt(path, facts, line);
            if (tried.path() != null) {
                return tried.path();
            }
            failures = tried.moved() ? 1 : failures + 1;
            if (failures >= settings.triesMax()) {
                throw new IOException("the file could not be fetched: " + tried.why());
            }
            pause(
                    Math.min(tried.retryAfterMillis(), settings.retryAfterMax().toMillis())
                            + (long)
                                    (random.nextDouble()
                                            * settings.backoffCeilingMillis(failures)));
        }
    }

    private void pause(long millis) throws InterruptedException {
        CompletableFuture<@Nullable Void> over = new CompletableFuture<>();
        timers.after(Duration.ofMillis(millis), () -> over.complete(null));
        try {
            over.get();
        } catch (ExecutionException e) {
            throw new AssertionError(e);
        }
    }

    /// @param path null where it failed
    private record Tried(@Nullable Path path, boolean moved, long retryAfterMillis, String why) {}

    private Tried attempt(String path, MediaFacts facts, Progress.Line line)
            throws IOException, SignedOutException {
        Incoming file;
        try {
            file = cache.partial(facts.sha256());
        } catch (Incoming.InUseException e) {
            return new Tried(null, false, 0, String.valueOf(e.getMessage()));
        }
        long before = file.size();
        Transfer transfer = new Transfer(origin.http(), settings.stall());
        transfers.add(transfer);
        try (file) {
            if (hindrance.get() != null) {
                transfer.stop();
            }
            if (before > facts.size()) {
                file.clear();
                before = 0;
            }
            Answer answer = before == facts.size() ? null : ask(path, facts, file, transfer, line);
            if (answer != null && answer.status() != 200 && answer.status() != 206) {
                return refused(answer, file);
            }
            if (answer != null && !isOf(answer.headers(), facts, before)) {
                return new Tried(null, false, 0, "what answered is not the server");
            }
            return taken(file, before, facts);
        } catch (Transfer.StoppedException e) {
            return new Tried(null, true, 0, "it was stopped");
        } catch (IOException e) {
            if (e instanceof ProblemException || e instanceof ReplacedException) {
                throw e;
            }
            return new Tried(null, file.size() > before, 0, String.valueOf(e.getMessage()));
        } finally {
            transfers.remove(transfer);
        }
    }

    private Answer ask(
            String path, MediaFacts facts, Incoming file, Transfer transfer, Progress.Line line)
            throws IOException, SignedOutException {
        HttpRequest.Builder request =
                origin.request(path).GET().header("If-Match", '"' + facts.sha256() + '"');
        if (file.size() > 0) {
            request.header("Range", "bytes=" + file.size() + "-");
        }
        return Answer.of(
                transfer.send(
                        request,
                        info -> {
                            boolean whole = info.statusCode() == 200;
                            if (!whole && info.statusCode() != 206) {
                                return HttpResponse.BodySubscribers.ofByteArray();
                            }
                            return isOf(info.headers(), facts, whole ? 0 : file.size())
                                    ? new Sink(file, facts.size(), whole, transfer, line)
                                    : HttpResponse.BodySubscribers.replacing(new byte[0]);
                        }));
    }

    /// Whether an answer is of this content, and a part of it begins here.
    private static boolean isOf(HttpHeaders headers, MediaFacts facts, long from) {
        String range = headers.firstValue("Content-Range").orElse("bytes " + from + "-");
        return headers.firstValue("ETag").orElse("").equals('"' + facts.sha256() + '"')
                && range.startsWith("bytes " + from + "-");
    }

    private Tried refused(Answer answer, Incoming file) throws IOException, SignedOutException {
        int status = answer.status();
        if (status == 401) {
            throw new SignedOutException(answer.said());
        }
        if (status == 412) {
            throw new ReplacedException();
        }
        if (status == 416) {
            file.clear();
        } else if (status != 408 && status != 429 && status < 500) {
            throw new ProblemException(answer.problem());
        }
        return new Tried(null, false, answer.retryAfterMillis(), answer.said());
    }

    /// There is no sense in asking again.
    private static final class ReplacedException extends IOException {
        private static final long serialVersionUID = 1;

        ReplacedException() {
            super("the server has another file by now: a sync will show it");
        }
    }

    /// Checks what is here now.
    ///
    /// @param before bytes that an earlier attempt had left
    private Tried taken(Incoming file, long before, MediaFacts facts) throws IOException {
        if (file.size() < facts.size()) {
            return new Tried(null, file.size() > before, 0, "the answer ended before the file did");
        }
        if (!file.sha256().equals(facts.sha256())) {
            file.clear();
            return new Tried(null, false, 0, "what came is not what the file's SHA-256 says");
        }
        file.force();
        cache.enter(file, facts.sha256());
        entered.accept(facts.size());
        return new Tried(cache.path(facts.sha256()), true, 0, "");
    }

    void stop() {
        transfers.forEach(Transfer::stop);
    }

    /// Writes what comes behind what is there.
    private static final class Sink implements HttpResponse.BodySubscriber<byte[]> {
        private final CompletableFuture<byte[]> done = new CompletableFuture<>();
        private final Incoming file;
        private final long max;
        private final boolean anew;
        private final Transfer transfer;
        private final Progress.Line line;
        private Flow.@Nullable Subscription subscription;

        Sink(Incoming file, long max, boolean anew, Transfer transfer, Progress.Line line) {
            this.file = file;
            this.max = max;
            this.anew = anew;
            this.transfer = transfer;
            this.line = line;
        }

        @Override
        public CompletionStage<byte[]> getBody() {
            return done;
        }

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            this.subscription = subscription;
            try {
                if (anew) {
                    file.clear();
                }
                subscription.request(1);
            } catch (IOException e) {
                fail(e);
            }
        }

        @Override
        public void onNext(List<ByteBuffer> buffers) {
            if (done.isDone()) {
                return;
            }
            try {
                for (ByteBuffer buffer : buffers) {
                    transfer.moved(buffer.remaining());
                    if (file.size() + buffer.remaining() > max) {
                        throw new IOException("more bytes came than the file has");
                    }
                    file.write(buffer);
                }
                line.at(file.size());
                subscription().request(1);
            } catch (IOException e) {
                fail(e);
            }
        }

        private void fail(IOException e) {
            subscription().cancel();
            done.completeExceptionally(e);
        }

        private Flow.Subscription subscription() {
            return requireNonNull(subscription);
        }

        @Override
        public void onError(Throwable failure) {
            done.completeExceptionally(failure);
        }

        @Override
        public void onComplete() {
            done.complete(new byte[0]);
        }
    }
}
