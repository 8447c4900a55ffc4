package io.reconverge.media.upload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reconverge.media.Bytes;
import io.reconverge.media.Corner;
import io.reconverge.media.MediaProcess;
import io.reconverge.media.RawRequest;
import io.reconverge.media.TcpProxy;
import io.reconverge.parts.Isolation;
import io.reconverge.parts.OnParts;
import io.reconverge.parts.Parts;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.core.ConditionTimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.s3.model.MultipartUpload;

/// Many uploads at once, of clients that break off and send things twice, to services that are
/// killed, stand still and lose their store. When all that is over, what was acknowledged is there,
/// once, and nothing else.
///
/// A seed decides what clients do and what goes wrong; `-Dreconverge.seed=` runs another one.
@OnParts
class UploadLoopTest {

    private static final long SEED = Long.getLong("reconverge.seed", 20_270_101L);
    private static final Duration TIME = Duration.ofSeconds(Long.getLong("reconverge.seconds", 25));
    private static final Duration SETTLING = Duration.ofSeconds(90);

    private static final List<String> USERS = List.of("ada", "ben", "cyd");
    private static final int CLIENTS = 6;
    private static final String MEDIA = "/v1/spaces/me/media";
    private static final int MEBIBYTE = 1024 * 1024;

    /// Short times, so that the loop meets their ends often.
    private static final String[] SETTINGS = {
        "reconverge.media.upload.lease=2s",
        "reconverge.media.upload.idle=3s",
        "reconverge.media.upload.buffers=12",
        "reconverge.media.sweep.every=1d",
        "reconverge.media.s3.patience=6s"
    };

    /// When the connection ended without an answer.
    private static final RawRequest.Answer NONE = new RawRequest.Answer(0, Map.of(), new byte[0]);

    private final CountDownLatch over = new CountDownLatch(1);
    private final Queue<Acknowledged> acknowledged = new ConcurrentLinkedQueue<>();
    private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();

    /// What was done and answered, and how often.
    private final Map<String, Integer> tally = new ConcurrentSkipListMap<>();

    private record Acknowledged(String user, UUID changeId, String sha256, int size) {}

    /// A service that comes back on the same port, with a way of its own to Postgres.
    private static final class Instance implements AutoCloseable {

        private final Corner corner;
        private final TcpProxy database;
        private final String[] settings;
        private volatile MediaProcess process;
        private @Nullable Future<?> restart;

        Instance(Corner corner, TcpProxy store) {
            this.corner = corner;
            Isolation isolation = corner.isolation();
            this.database = TcpProxy.to(isolation.parts().database().port());
            List<String> all = new ArrayList<>(List.of(SETTINGS));
            all.add("reconverge.media.s3.endpoint=http://127.0.0.1:" + store.port());
            all.add(
                    "spring.r2dbc.url=r2dbc:postgresql://127.0.0.1:%d/%s?schema=%s"
                            .formatted(
                                    database.port(),
                                    isolation.parts().database().name(),
                                    isolation.schema()));
            this.settings = all.toArray(String[]::new);
            this.process = MediaProcess.start(corner, settings);
        }

        /// Returns at once; [#awaitRestart] waits for it.
        void restart() {
            List<String> again = new ArrayList<>(List.of(settings));
            again.add("server.port=" + process.port());
            var starting =
                    new FutureTask<>(() ->
                            process = MediaProcess.start(corner, again.toArray(String[]::new)));
            restart = starting;
            Thread.ofVirtual().start(starting);
        }

        boolean isRestarting() {
            return restart != null && !restart.isDone();
        }

        void awaitRestart() throws ExecutionException, InterruptedException {
            if (restart != null) {
                restart.get();
            }
        }

        @Override
        public void close() {
            process.process().resume();
            process.close();
            database.close();
        }
    }

    @Test
    void whatever_goes_wrong_each_acknowledged_upload_is_one_entity_with_its_bytes()
            throws Exception {
        System.out.println("UploadLoopTest: -Dreconverge.seed=" + SEED);
        try (Corner corner = Corner.open();
                TcpProxy store = TcpProxy.to(Parts.shared().objectStore().endpoint().getPort());
                Instance one = new Instance(corner, store);
                Instance two = new Instance(corner, store)) {
            int[] ports = {one.process.port(), two.process.port()};
            List<Thread> clients =
                    IntStream.range(0, CLIENTS)
                            .mapToObj(number ->
                                    Thread.ofVirtual()
                                            .start(() -> runClient(new Client(number, ports))))
                            .toList();
            try {
                new Trouble(corner, store, List.of(one, two)).make();
            } finally {
                over.countDown();
                for (Thread client : clients) {
                    client.join(SETTLING);
                }
            }
            System.out.println("UploadLoopTest: " + tally);
            assertThat(failures).isEmpty();
            assertThat(clients).noneMatch(Thread::isAlive);
            assertThat(acknowledged).hasSizeGreaterThan(CLIENTS);
            settle(corner);
            check(corner);
            checkSwept(corner);
        }
    }

    private void runClient(Client client) {
        try {
            while (over.getCount() > 0 && failures.isEmpty()) {
                client.upload();
            }
        } catch (Throwable failure) {
            failures.add(failure);
        } finally {
            client.silent.forEach(RawRequest::close);
        }
    }

    private void count(String what) {
        tally.merge(what, 1, Integer::sum);
    }

    // ---- what goes wrong

    /// Breaks things, one after another, until the time is over; then all is well again.
    private final class Trouble {

        private final Random random = new Random(SEED);
        private final Corner corner;
        private final TcpProxy store;
        private final List<Instance> instances;

        Trouble(Corner corner, TcpProxy store, List<Instance> instances) {
            this.corner = corner;
            this.store = store;
            this.instances = instances;
        }

        void make() throws Exception {
            long end = System.nanoTime() + TIME.toNanos();
            List<Kind> kinds = new ArrayList<>();
            while (System.nanoTime() < end && failures.isEmpty()) {
                if (kinds.isEmpty()) {
                    kinds.addAll(List.of(Kind.values()));
                    Collections.shuffle(kinds, random);
                }
                Instance instance = instances.get(random.nextInt(instances.size()));
                if (kinds.getLast() == Kind.KILL_ALL) {
                    awaitRestarts();
                } else if (instance.isRestarting()) {
                    // meanwhile the other one's turn
                    instance = instances.get(1 - instances.indexOf(instance));
                    instance.awaitRestart();
                }
                Kind kind = kinds.removeLast();
                count("trouble " + kind);
                make(kind, instance);
            }
            awaitRestarts();
        }

        private void awaitRestarts() throws ExecutionException, InterruptedException {
            for (Instance instance : instances) {
                instance.awaitRestart();
            }
        }

        private void make(Kind kind, Instance instance) {
            switch (kind) {
                case KILL_WITH_PARTS_IN_THE_STORE -> {
                    shortly("select 1 from upload_part limit 1");
                    instance.process.process().kill();
                    instance.restart();
                }
                case KILL_BETWEEN_STORE_AND_POSTGRES -> {
                    instance.database.stall();
                    shortly(() -> instance.database.heldBack() > 2);
                    instance.process.process().kill();
                    instance.database.pass();
                    instance.restart();
                }
                case KILL_BETWEEN_BLOB_AND_ENTITY -> {
                    corner.stopWorker();
                    shortly(
                            "select 1 from upload where sha256 is not null and decided_at is null limit 1");
                    instance.process.process().kill();
                    instance.restart();
                    corner.startWorker();
                }
                case KILL_ALL -> {
                    instances.forEach(each -> each.process.process().kill());
                    instances.forEach(Instance::restart);
                }
                case STAND_STILL -> {
                    instance.process.process().pause();
                    shortly(
                            "select 1 from upload where holder is not null and held_until < extract(epoch from clock_timestamp()) * 1000 - 1000 limit 1");
                    instance.process.process().resume();
                }
                case LOSE_THE_STORES_ANSWERS -> {
                    store.loseAnswers(3);
                    shortly(() -> store.answersToLose() == 0);
                    store.loseAnswers(0);
                }
                case DROP_THE_STORE -> {
                    store.refuse();
                    shortly("select 1 from upload_tail limit 1");
                    store.pass();
                }
                case STALL_THE_STORE -> {
                    store.stall();
                    shortly(() -> store.heldBack() > 4);
                    store.drop();
                    store.pass();
                }
                case DROP_POSTGRES -> instance.database.drop();
            }
        }

        /// Waits for the moment, but not for long: it may not come.
        private void shortly(String query) {
            shortly(() -> !corner.rows(query).isEmpty());
        }

        private void shortly(Callable<Boolean> moment) {
            try {
                await().atMost(Duration.ofSeconds(5))
                        .pollInterval(Duration.ofMillis(20))
                        .until(moment);
            } catch (ConditionTimeoutException didNotCome) {
                count("trouble without its moment");
            }
        }
    }

    private enum Kind {
        KILL_WITH_PARTS_IN_THE_STORE,
        KILL_BETWEEN_STORE_AND_POSTGRES,
        KILL_BETWEEN_BLOB_AND_ENTITY,
        KILL_ALL,
        STAND_STILL,
        LOSE_THE_STORES_ANSWERS,
        DROP_THE_STORE,
        STALL_THE_STORE,
        DROP_POSTGRES
    }

    // ---- what clients do

    /// Uploads one medium after another. Two clients have the same user.
    private final class Client {

        private final Random random;
        private final int[] ports;
        private final String user;
        private final String token;

        /// Requests that stopped sending, with an upload that has gone on without them.
        private final List<RawRequest> silent = new ArrayList<>();

        Client(int number, int[] ports) {
            this.random = new Random(SEED * 31 + number);
            this.ports = ports;
            this.user = "loop-" + USERS.get(number % USERS.size());
            this.token = Parts.shared().tokens().of(user);
        }

        void upload() throws Exception {
            byte[] bytes = content();
            silent.removeIf(request -> {
                request.close();
                return true;
            });
            switch (random.nextInt(6)) {
                case 0 -> plain(bytes, false);
                case 1 -> plain(bytes, true);
                default -> resumable(bytes);
            }
        }

        /// Often bytes that others have too.
        private byte[] content() {
            long seed = random.nextInt(3) == 0 ? random.nextLong() : random.nextInt(4);
            int size =
                    switch (new Random(seed).nextInt(8)) {
                        case 0 -> (int) (seed & 1);
                        case 1 -> 5 * MEBIBYTE + (int) (seed % 2);
                        case 2 -> 10 * MEBIBYTE + (int) (seed % 3);
                        case 3 -> new Random(seed).nextInt(17 * MEBIBYTE);
                        case 4 -> new Random(seed).nextInt(7 * MEBIBYTE);
                        default -> new Random(seed).nextInt(256 * 1024);
                    };
            return Bytes.random(seed, size);
        }

        private int port() {
            return ports[random.nextInt(ports.length)];
        }

        private void pause() throws InterruptedException {
            // as who was told to try again does
            new CountDownLatch(1).await(100 + random.nextInt(200), TimeUnit.MILLISECONDS);
        }

        private void acknowledge(UUID changeId, byte[] bytes) {
            acknowledged.add(new Acknowledged(user, changeId, Bytes.sha256(bytes), bytes.length));
        }

        private RawRequest.Answer answer(String what, Sending sending) {
            try (RawRequest request = sending.send()) {
                RawRequest.Answer answer = request.answer();
                count(what + " " + answer.status());
                return answer;
            } catch (IOException none) {
                count(what + " no answer");
                return NONE;
            }
        }

        private boolean isLater(RawRequest.Answer answer) throws InterruptedException {
            if (answer == NONE
                    || answer.status() == 503
                    || answer.status() == 423
                    || answer.status() == 429
                    || answer.status() == 408) {
                pause();
                return true;
            }
            return false;
        }

        private void expect(RawRequest.Answer answer, Integer... statuses) {
            assertThat(answer.status()).as(answer.toString()).isIn((Object[]) statuses);
        }

        // ---- in one request

        private void plain(byte[] bytes, boolean form) throws Exception {
            UUID changeId = new UUID(random.nextLong(), random.nextLong() >>> 2 | 1L << 63);
            String name = form ? "form" : "raw";
            if (random.nextInt(3) == 0 && bytes.length > 0) {
                count(name + " broken off");
                int some = random.nextInt(bytes.length);
                try (RawRequest request = beginPlain(bytes, changeId, form, false)) {
                    sendPlain(request, bytes, some, form);
                    breakOff(request);
                } catch (IOException gone) {
                    count(name + " no answer");
                }
            }
            if (random.nextInt(8) == 0) {
                RawRequest.Answer answer =
                        answer(
                                name + " with a wrong digest",
                                () -> {
                                    RawRequest request = beginPlain(bytes, changeId, form, true);
                                    return sendPlain(request, bytes, bytes.length, form);
                                });
                if (answer != NONE && answer.status() != 503) {
                    expect(answer, 400);
                }
            }
            int times = random.nextInt(5) == 0 ? 2 : 1;
            for (int i = 0; i < times; ) {
                RawRequest.Answer answer =
                        answer(
                                name,
                                () -> {
                                    RawRequest request = beginPlain(bytes, changeId, form, false);
                                    return sendPlain(request, bytes, bytes.length, form);
                                });
                if (!isLater(answer)) {
                    expect(answer, 201, 202);
                    if (i == 0) {
                        acknowledge(changeId, bytes);
                    }
                    i++;
                }
            }
        }

        private RawRequest beginPlain(byte[] bytes, UUID changeId, boolean form, boolean wrong)
                throws IOException {
            List<String> headers = new ArrayList<>();
            headers.add("Change-Id: " + changeId);
            headers.add("Modified-At: 1798000000000");
            String digest = Bytes.digest(wrong ? new byte[] {1, 2, 3} : bytes);
            if (!form) {
                headers.add("Repr-Digest: " + digest);
                headers.add("Content-Length: " + bytes.length);
                return RawRequest.open(
                        port(), "POST", MEDIA, token, headers.toArray(String[]::new));
            }
            headers.add("Content-Type: multipart/form-data; boundary=cut");
            headers.add("Transfer-Encoding: chunked");
            RawRequest request =
                    RawRequest.open(port(), "POST", MEDIA, token, headers.toArray(String[]::new));
            byte[] head =
                    ("--cut\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\nRepr-Digest: "
                                    + digest
                                    + "\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII);
            return request.chunk(head, 0, head.length);
        }

        private RawRequest sendPlain(RawRequest request, byte[] bytes, int count, boolean form)
                throws IOException {
            try {
                if (!form) {
                    return request.send(bytes, 0, count);
                }
                if (count > 0) {
                    request.chunk(bytes, 0, count);
                }
                if (count == bytes.length) {
                    byte[] end = "\r\n--cut--\r\n".getBytes(StandardCharsets.US_ASCII);
                    request.chunk(end, 0, end.length).chunk(end, 0, 0);
                }
                return request;
            } catch (IOException answered) {
                return request;
            }
        }

        private void breakOff(RawRequest request) throws IOException {
            switch (random.nextInt(3)) {
                case 0 -> request.reset();
                case 1 -> request.endSending();
                default -> request.close();
            }
        }

        // ---- by tus

        private void resumable(byte[] bytes) throws Exception {
            UUID changeId = new UUID(random.nextLong(), random.nextLong() >>> 2 | 1L << 63);
            int first = random.nextInt(3) == 0 ? random.nextInt(bytes.length + 1) : 0;
            RawRequest.Answer begun =
                    answer(
                            "begin",
                            () -> {
                                List<String> headers = new ArrayList<>();
                                headers.add("Upload-Length: " + bytes.length);
                                headers.add(
                                        "Upload-Metadata: changeId " + base64(changeId.toString()));
                                headers.add("Content-Length: " + first);
                                if (first > 0) {
                                    headers.add("Content-Type: application/offset+octet-stream");
                                }
                                return send(
                                        tus("POST", MEDIA + "/uploads", headers), bytes, 0, first);
                            });
            if (isLater(begun)) {
                return;
            }
            expect(begun, 201);
            String path = Objects.requireNonNull(begun.header("Location"));
            long known = Long.parseLong(Objects.requireNonNull(begun.header("Upload-Offset")));
            boolean ends = random.nextInt(10) == 0;
            int steps = 0;
            while (true) {
                RawRequest.Answer head = answer("HEAD", () -> tus("HEAD", path, List.of()));
                if (isLater(head)) {
                    continue;
                }
                expect(head, 200);
                long offset = Long.parseLong(Objects.requireNonNull(head.header("Upload-Offset")));
                assertThat(offset)
                        .as("%s, told before: %d", head, known)
                        .isGreaterThanOrEqualTo(known);
                known = offset;
                if (offset == bytes.length) {
                    acknowledge(changeId, bytes);
                    if (random.nextInt(3) == 0) {
                        afterItsEnd(path, bytes);
                    }
                    return;
                }
                if (ends && steps++ > 1) {
                    RawRequest.Answer ended =
                            answer("DELETE", () -> tus("DELETE", path, List.of()));
                    if (ended.status() == 204) {
                        RawRequest.Answer gone =
                                answer("HEAD of an ended one", () -> tus("HEAD", path, List.of()));
                        if (!isLater(gone)) {
                            expect(gone, 404, 410);
                        }
                        return;
                    }
                    if (ended.status() == 404) {
                        // the answer to an earlier DELETE was lost
                        return;
                    }
                    if (!isLater(ended)) {
                        expect(ended, 204);
                    } else if (ended == NONE) {
                        // it may have been ended
                        return;
                    }
                    continue;
                }
                known = Math.max(known, step(path, bytes, (int) offset));
            }
        }

        /// One more request, or two, of whatever kind.
        ///
        /// @return the offset that it was told
        private long step(String path, byte[] bytes, int offset) throws Exception {
            int left = bytes.length - offset;
            int count =
                    switch (random.nextInt(4)) {
                        case 0 -> Math.min(left, 1 + random.nextInt(64 * 1024));
                        case 1 -> Math.min(left, 1 + random.nextInt(4 * MEBIBYTE));
                        default -> left;
                    };
            switch (random.nextInt(12)) {
                case 0 -> {
                    count("PATCH broken off");
                    try (RawRequest request =
                            send(
                                    patch(path, offset, count, List.of()),
                                    bytes,
                                    offset,
                                    random.nextInt(count))) {
                        breakOff(request);
                    } catch (IOException gone) {
                        count("PATCH no answer");
                    }
                    return offset;
                }
                case 1 -> {
                    return silently(path, bytes, offset, count);
                }
                case 2 -> {
                    return twice(path, bytes, offset, count);
                }
                case 3 -> {
                    int wrong = offset + 1 + random.nextInt(1000);
                    RawRequest.Answer answer =
                            answer(
                                    "PATCH at a wrong offset",
                                    () -> send(patch(path, wrong, 1, List.of()), bytes, 0, 1));
                    if (!isLater(answer)) {
                        expect(answer, 409);
                    }
                    return offset;
                }
                case 4 -> {
                    return checked(path, bytes, offset, count, false);
                }
                case 5 -> {
                    return checked(path, bytes, offset, count, true);
                }
                default -> {
                    RawRequest.Answer answer =
                            answer(
                                    "PATCH",
                                    () ->
                                            send(
                                                    patch(path, offset, count, List.of()),
                                                    bytes,
                                                    offset,
                                                    count));
                    return told(answer, offset, offset + count);
                }
            }
        }

        /// @param whole what it is told if all goes well
        private long told(RawRequest.Answer answer, long offset, long whole)
                throws InterruptedException {
            if (isLater(answer)) {
                return offset;
            }
            // what was sent before may have come after all
            expect(answer, 204, 409);
            if (answer.status() == 409) {
                return offset;
            }
            assertThat(answer.header("Upload-Offset")).isEqualTo(Long.toString(whole));
            return whole;
        }

        private long checked(String path, byte[] bytes, int offset, int count, boolean right)
                throws Exception {
            byte[] sent = Arrays.copyOfRange(bytes, offset, offset + count);
            String algorithm = random.nextBoolean() ? "sha1" : "sha256";
            byte[] hash =
                    Bytes.hash(
                            algorithm.equals("sha1") ? "SHA-1" : "SHA-256",
                            right ? sent : new byte[] {9});
            RawRequest.Answer answer =
                    answer(
                            right ? "PATCH with a checksum" : "PATCH with a wrong checksum",
                            () ->
                                    send(
                                            patch(
                                                    path,
                                                    offset,
                                                    count,
                                                    List.of(
                                                            "Upload-Checksum: "
                                                                    + algorithm
                                                                    + " "
                                                                    + Base64.getEncoder()
                                                                            .encodeToString(hash))),
                                            bytes,
                                            offset,
                                            count));
            if (right) {
                return told(answer, offset, offset + count);
            }
            if (!isLater(answer)) {
                expect(answer, 460, 409);
            }
            return offset;
        }

        /// The same bytes twice at once, to two instances.
        private long twice(String path, byte[] bytes, int offset, int count) throws Exception {
            List<RawRequest.Answer> answers = new ArrayList<>();
            List<Thread> senders =
                    Arrays.stream(ports)
                            .mapToObj(port ->
                                    Thread.ofVirtual()
                                            .start(() -> {
                                                RawRequest.Answer answer =
                                                        answer(
                                                                "PATCH of two",
                                                                () ->
                                                                        send(
                                                                                patch(
                                                                                        port, path,
                                                                                        offset,
                                                                                        count,
                                                                                        List.of()),
                                                                                bytes,
                                                                                offset,
                                                                                count));
                                                synchronized (answers) {
                                                    answers.add(answer);
                                                }
                                            }))
                            .toList();
            for (Thread sender : senders) {
                sender.join();
            }
            long known = offset;
            int taken = 0;
            for (RawRequest.Answer answer : answers) {
                if (answer.status() == 204) {
                    taken++;
                }
                known = Math.max(known, told(answer, offset, offset + count));
            }
            assertThat(taken).as(answers.toString()).isLessThanOrEqualTo(1);
            return known;
        }

        /// Stops sending in the middle, and lets another request go on from where the first one
        /// came to; then the first sends other bytes.
        private long silently(String path, byte[] bytes, int offset, int count) throws Exception {
            count("PATCH gone silent");
            RawRequest first;
            int some = random.nextInt(count);
            try {
                first =
                        send(
                                patch(path, offset, bytes.length - offset, List.of()),
                                bytes,
                                offset,
                                some);
            } catch (IOException gone) {
                return offset;
            }
            silent.add(first);
            for (int attempt = 0; attempt < 40; attempt++) {
                RawRequest.Answer head = answer("HEAD", () -> tus("HEAD", path, List.of()));
                if (isLater(head)) {
                    continue;
                }
                expect(head, 200);
                int at = Integer.parseInt(Objects.requireNonNull(head.header("Upload-Offset")));
                if (at == bytes.length) {
                    return at;
                }
                int rest = Math.min(count, bytes.length - at);
                RawRequest.Answer next =
                        answer(
                                "PATCH after a silent one",
                                () -> send(patch(path, at, rest, List.of()), bytes, at, rest));
                if (next.status() == 204) {
                    try {
                        first.send(new byte[bytes.length - offset - some]);
                        RawRequest.Answer late = first.answer();
                        count("silent one wakes up " + late.status());
                        expect(late, 423, 408, 503, 409);
                    } catch (IOException none) {
                        count("silent one wakes up no answer");
                    }
                    return at + rest;
                }
                isLater(next);
            }
            return offset;
        }

        /// Of a whole upload nothing is changed any more.
        private void afterItsEnd(String path, byte[] bytes) throws Exception {
            RawRequest.Answer answer =
                    answer("PATCH of a whole one", () -> patch(path, bytes.length, 0, List.of()));
            if (!isLater(answer)) {
                expect(answer, 204);
            }
            answer =
                    answer(
                            "PATCH beyond a whole one",
                            () -> send(patch(path, bytes.length, 4, List.of()), new byte[4], 0, 4));
            if (!isLater(answer)) {
                expect(answer, 413);
            }
        }

        private RawRequest patch(String path, int offset, int count, List<String> headers)
                throws IOException {
            return patch(port(), path, offset, count, headers);
        }

        private RawRequest patch(int port, String path, int offset, int count, List<String> more)
                throws IOException {
            List<String> headers = new ArrayList<>(more);
            headers.add("Content-Type: application/offset+octet-stream");
            headers.add("Upload-Offset: " + offset);
            headers.add("Content-Length: " + count);
            return tus(port, "PATCH", path, headers);
        }

        private RawRequest tus(String method, String path, List<String> headers)
                throws IOException {
            return tus(port(), method, path, headers);
        }

        private RawRequest tus(int port, String method, String path, List<String> more)
                throws IOException {
            List<String> headers = new ArrayList<>(more);
            headers.add("Tus-Resumable: 1.0.0");
            return RawRequest.open(port, method, path, token, headers.toArray(String[]::new));
        }

        /// Who answers before all is read may close the connection for sending.
        private RawRequest send(RawRequest request, byte[] bytes, int from, int count) {
            try {
                return request.send(bytes, from, count);
            } catch (IOException answered) {
                return request;
            }
        }
    }

    @FunctionalInterface
    private interface Sending {
        RawRequest send() throws IOException;
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    // ---- what there is in the end

    private static void settle(Corner corner) {
        await().atMost(SETTLING)
                .until(() ->
                        corner.number(
                                        """
                                        select count(*) from upload
                                         where decided_at is null
                                           and (sha256 is not null or received = length
                                                or held_until > extract(epoch from clock_timestamp()) * 1000)
                                        """)
                                == 0);
    }

    private void check(Corner corner) {
        Map<String, String> keys = new TreeMap<>();
        for (Map<String, @Nullable Object> blob : corner.rows("select * from blob")) {
            String key = (String) Objects.requireNonNull(blob.get("object_key"));
            assertThat(key).startsWith(blob.get("space_id") + "/");
            byte[] bytes = corner.objects().bytes(key);
            assertThat(Bytes.sha256(bytes)).as("%s", blob).isEqualTo(blob.get("sha256"));
            assertThat((long) bytes.length).as("%s", blob).isEqualTo(blob.get("size"));
            keys.put(blob.get("space_id") + " " + blob.get("sha256"), key);
        }
        assertThat(keys.values()).doesNotHaveDuplicates();

        for (Acknowledged upload : acknowledged) {
            UUID space = Corner.space(upload.user());
            assertThat(keys).as("%s", upload).containsKey(space + " " + upload.sha256());
            assertThat(
                            corner.rows(
                                    """
                                    select log.outcome, entity.data ->> 'sha256' as sha256,
                                           (entity.data ->> 'size')::bigint as size
                                      from log join entity using (space_id, type, id)
                                     where log.space_id = ? and log.change_id = ?
                                    """,
                                    space,
                                    upload.changeId()))
                    .as("%s", upload)
                    .containsExactly(
                            Map.of(
                                    "outcome",
                                    "applied",
                                    "sha256",
                                    upload.sha256(),
                                    "size",
                                    (long) upload.size()));
        }

        Set<String> explained = ConcurrentHashMap.newKeySet();
        corner.rows(
                        """
                        select space_id, upload_id from upload where sha256 is null
                         union select space_id, upload_id from garbage
                        """)
                .forEach(row -> explained.add(row.get("space_id") + "/" + row.get("upload_id")));
        assertThat(
                        corner.objects().keys().stream()
                                .filter(key -> !keys.containsValue(key))
                                .filter(key -> !explained.contains(folder(key)))
                                .toList())
                .isEmpty();
        assertThat(
                        corner.rows(
                                """
                                select usage.*
                                  from media_usage usage
                                 where stored <> (select coalesce(sum(size), 0) from blob
                                                   where blob.space_id = usage.space_id)
                                    or reserved <> (select coalesce(sum(reserved), 0) from upload
                                                     where upload.space_id = usage.space_id)
                                """))
                .isEmpty();
        assertThat(
                        corner.rows(
                                """
                                select space_id, upload_id
                                  from (select space_id, upload_id from upload_part
                                        union select space_id, upload_id from upload_tail) as piece
                                 where not exists (select from upload
                                                    where (space_id, upload_id) = (piece.space_id, piece.upload_id)
                                                      and sha256 is null)
                                """))
                .isEmpty();
        System.out.println(
                "UploadLoopTest: %d acknowledged, %d blobs, left over: %s"
                        .formatted(
                                acknowledged.size(),
                                keys.size(),
                                corner
                                        .rows(
                                                "select (select count(*) from garbage) as garbage, (select count(*) from upload where sha256 is null) as receiving")
                                        .stream()
                                        .map(Map::toString)
                                        .collect(Collectors.joining())));
    }

    /// Once what was given up has expired and all is swept, there is nothing but blobs.
    private static void checkSwept(Corner corner) {
        corner.change("update upload set expires_at = 0, held_until = 0 where sha256 is null");
        try (MediaProcess _ = MediaProcess.start(corner, "reconverge.media.sweep.every=1s")) {
            await().atMost(SETTLING)
                    .until(() ->
                            corner.number(
                                            "select (select count(*) from garbage) + (select count(*) from upload where sha256 is null)")
                                    == 0);
        }
        assertThat(corner.objects().keys())
                .containsExactlyInAnyOrderElementsOf(
                        corner.rows("select object_key from blob").stream()
                                .map(row -> (String) row.get("object_key"))
                                .toList());
        // the store began some whose answer was lost: they have no parts, and are the patrol's
        for (MultipartUpload multipart : corner.objects().multiparts("")) {
            assertThat(
                            corner.objects()
                                    .client()
                                    .listParts(parts ->
                                            parts.bucket(corner.objects().bucket())
                                                    .key(multipart.key())
                                                    .uploadId(multipart.uploadId()))
                                    .join()
                                    .parts())
                    .as("%s", multipart)
                    .isEmpty();
        }
        assertThat(
                        corner.rows(
                                """
                                select usage.* from media_usage usage
                                 where reserved <> 0
                                    or stored <> (select coalesce(sum(size), 0) from blob
                                                   where blob.space_id = usage.space_id)
                                """))
                .isEmpty();
    }

    private static String folder(String key) {
        return key.substring(0, key.lastIndexOf('/'));
    }
}
