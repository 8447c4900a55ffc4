package io.reconverge.client.media;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.reconverge.wire.Entity;
import io.reconverge.wire.JsonObject;
import io.reconverge.wire.Problem;
import io.reconverge.wire.ProblemType;
import io.reconverge.wire.WireJson;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.Deque;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// The media part of the contract in memory, on a real socket, with faults as a test wants them.
public final class TusServer implements AutoCloseable {

    /// What happens to the next request of a method, in place of a good answer.
    sealed interface Fault {
        /// Answers so, and does nothing.
        record Says(ProblemType type, Map<String, String> headers) implements Fault {}

        /// Keeps so many bytes of the body, then breaks the connection.
        record Breaks(int bytes) implements Fault {}

        /// Does all of it, then breaks the connection.
        record LosesAnswer() implements Fault {}

        /// Goes away before anything is read.
        record GoesAway() implements Fault {}

        /// Takes nothing and says nothing until the server is closed.
        record Stalls() implements Fault {}

        /// Forgets the upload, and answers as of one that it never had.
        record Forgets() implements Fault {}

        /// Gets other bytes than were sent.
        record Garbles() implements Fault {}

        /// Answers as a hotel does.
        record Page(int status) implements Fault {}

        /// Has all bytes, and does not decide about the entity.
        record Undecided() implements Fault {}

        /// Sends so many bytes of a file, then breaks the connection.
        record SendsOnly(int bytes) implements Fault {}
    }

    static Fault says(ProblemType type) {
        return new Fault.Says(type, Map.of());
    }

    /// A file that the server has.
    public static final class Stored {
        private final byte[] bytes;
        private final Entity entity;

        Stored(byte[] bytes, Entity entity) {
            this.bytes = bytes;
            this.entity = entity;
        }

        public byte[] bytes() {
            return bytes;
        }

        public Entity entity() {
            return entity;
        }
    }

    private static final class Upload {
        private final Map<String, String> metadata;
        private final long length;
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private long version;
        private boolean undecided;

        Upload(Map<String, String> metadata, long length) {
            this.metadata = metadata;
            this.length = length;
        }
    }

    private final HttpServer server;
    private final Map<String, Upload> uploads = new ConcurrentHashMap<>();
    private final Map<String, Stored> media = new ConcurrentHashMap<>();
    private final Map<String, Long> decided = new ConcurrentHashMap<>();
    private final Map<String, Deque<Fault>> faults = new ConcurrentHashMap<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final List<String> changeIds = new CopyOnWriteArrayList<>();
    private final AtomicLong names = new AtomicLong();
    private final AtomicLong version = new AtomicLong();
    private volatile boolean closed;

    public TusServer() {
        try {
            server =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/v1/spaces/me/", this::serve);
        server.start();
    }

    public URI address() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /// The next request of `method`, after those that faults wait for already, meets this.
    void next(String method, Fault... next) {
        faults.computeIfAbsent(method, _ -> new ConcurrentLinkedDeque<>())
                .addAll(Arrays.asList(next));
    }

    boolean hasFaults() {
        return faults.values().stream().anyMatch(waiting -> !waiting.isEmpty());
    }

    public List<String> requests() {
        return requests;
    }

    /// Those of the changes that made entities, one for each that was made.
    List<String> changeIds() {
        return changeIds;
    }

    int uploadsOpen() {
        return uploads.size();
    }

    public @Nullable Stored media(String mediaId) {
        return media.get(mediaId);
    }

    /// As if another device had sent it.
    void put(String mediaId, byte[] bytes, long modifiedAt) {
        store(mediaId, bytes, Map.of(), modifiedAt);
    }

    private long store(
            String mediaId, byte[] bytes, Map<String, String> metadata, long modifiedAt) {
        long made = version.incrementAndGet();
        JsonObject data =
                new MediaFacts(
                                metadata.get("filename"),
                                metadata.getOrDefault("filetype", "application/octet-stream"),
                                bytes.length,
                                sha256(bytes),
                                null)
                        .data();
        media.put(
                mediaId,
                new Stored(
                        bytes,
                        new Entity(
                                "media", mediaId, made, data, false, 1, modifiedAt, "ann", "d")));
        return made;
    }

    private void serve(HttpExchange exchange) throws IOException {
        String method = exchange.getRequestMethod();
        String path = exchange.getRequestURI().getRawPath().substring("/v1/spaces/me/".length());
        requests.add(
                method
                        + (exchange.getRequestHeaders().containsKey("Upload-Offset")
                                ? " " + exchange.getRequestHeaders().getFirst("Upload-Offset")
                                : "")
                        + (exchange.getRequestHeaders().containsKey("Range")
                                ? " " + exchange.getRequestHeaders().getFirst("Range")
                                : ""));
        Deque<Fault> waiting = faults.get(method);
        Fault fault = waiting == null ? null : waiting.poll();
        try {
            serve(exchange, method, path, fault);
        } finally {
            exchange.close();
        }
    }

    private void serve(HttpExchange exchange, String method, String path, @Nullable Fault fault)
            throws IOException {
        if (exchange.getRequestHeaders().getFirst("Authorization") == null) {
            problem(exchange, ProblemType.UNAUTHENTICATED, Map.of());
            return;
        }
        switch (fault) {
            case Fault.Says(ProblemType type, Map<String, String> headers) -> {
                exchange.getRequestBody().readAllBytes();
                problem(exchange, type, headers);
                return;
            }
            case Fault.GoesAway _ -> {
                return;
            }
            case Fault.Page(int status) -> {
                exchange.getRequestBody().readAllBytes();
                byte[] page = "<h1>Welcome</h1>".getBytes(UTF_8);
                exchange.sendResponseHeaders(status, page.length);
                exchange.getResponseBody().write(page);
                return;
            }
            case Fault.Stalls _ -> {
                synchronized (this) {
                    while (!closed) {
                        try {
                            wait();
                        } catch (InterruptedException e) {
                            return;
                        }
                    }
                }
                return;
            }
            case Fault.Forgets _ -> uploads.clear();
            case null, default -> {
                // below
            }
        }
        if (path.startsWith("receipts")) {
            receipts(exchange);
        } else if (path.startsWith("entities/media/")) {
            Stored stored = media.get(decoded(path.substring("entities/media/".length())));
            if (stored == null) {
                problem(exchange, ProblemType.NOT_FOUND, Map.of());
            } else {
                json(exchange, WireJson.MAPPER.writeValueAsBytes(stored.entity()));
            }
        } else if (path.equals("media/uploads")) {
            create(exchange, fault);
        } else if (path.startsWith("media/uploads/")) {
            upload(exchange, method, path.substring("media/uploads/".length()), fault);
        } else {
            download(exchange, decoded(path.substring("media/".length())), fault);
        }
    }

    private static String decoded(String segment) {
        return URLDecoder.decode(segment.replace("+", "%2B"), UTF_8);
    }

    private void create(HttpExchange exchange, @Nullable Fault fault) throws IOException {
        Map<String, String> metadata = new HashMap<>();
        for (String pair :
                exchange.getRequestHeaders().getFirst("Upload-Metadata").split(",", -1)) {
            String[] parts = pair.split(" ", -1);
            metadata.put(parts[0], new String(Base64.getDecoder().decode(parts[1]), UTF_8));
        }
        String name = "u" + names.incrementAndGet();
        Upload upload =
                new Upload(
                        metadata,
                        Long.parseLong(exchange.getRequestHeaders().getFirst("Upload-Length")));
        uploads.put(name, upload);
        exchange.getResponseHeaders().set("Location", "/v1/spaces/me/media/uploads/" + name);
        receive(exchange, name, upload, 201, fault);
    }

    private void upload(HttpExchange exchange, String method, String name, @Nullable Fault fault)
            throws IOException {
        Upload upload = uploads.get(name);
        if (upload == null) {
            exchange.getRequestBody().readAllBytes();
            problem(exchange, ProblemType.NOT_FOUND, Map.of());
            return;
        }
        switch (method) {
            case "HEAD" -> {
                exchange.getResponseHeaders().set("Upload-Length", Long.toString(upload.length));
                if (upload.bytes.size() == upload.length && !upload.undecided) {
                    finish(upload);
                }
                if (fault instanceof Fault.LosesAnswer) {
                    return;
                }
                done(exchange, upload, 200);
            }
            case "PATCH" -> {
                String offset = exchange.getRequestHeaders().getFirst("Upload-Offset");
                if (Long.parseLong(offset) != upload.bytes.size()) {
                    exchange.getRequestBody().readAllBytes();
                    problem(exchange, ProblemType.UPLOAD_OFFSET_MISMATCH, Map.of());
                    return;
                }
                receive(exchange, name, upload, 204, fault);
            }
            case "DELETE" -> {
                uploads.remove(name);
                exchange.sendResponseHeaders(204, -1);
            }
            default -> throw new AssertionError(method);
        }
    }

    private void receive(
            HttpExchange exchange, String name, Upload upload, int status, @Nullable Fault fault)
            throws IOException {
        InputStream body = exchange.getRequestBody();
        if (fault instanceof Fault.Breaks(int bytes)) {
            upload.bytes.write(body.readNBytes(bytes));
            return;
        }
        byte[] bytes = body.readAllBytes();
        if (fault instanceof Fault.Garbles && bytes.length > 0) {
            bytes[0]++;
        }
        upload.bytes.write(bytes);
        upload.undecided = fault instanceof Fault.Undecided;
        if (upload.bytes.size() == upload.length && !upload.undecided) {
            ProblemType refused = finish(upload);
            if (refused != null) {
                if (refused == ProblemType.DIGEST_MISMATCH) {
                    uploads.remove(name);
                }
                problem(exchange, refused, Map.of());
                return;
            }
        }
        if (!(fault instanceof Fault.LosesAnswer)) {
            done(exchange, upload, status);
        }
    }

    /// A put without a base version: the later stands.
    private @Nullable ProblemType finish(Upload upload) {
        byte[] bytes = upload.bytes.toByteArray();
        if (!sha256(bytes).equals(upload.metadata.get("sha256"))) {
            return ProblemType.DIGEST_MISMATCH;
        }
        String changeId = requireNonNull(upload.metadata.get("changeId"));
        Long before = decided.get(changeId);
        if (before != null) {
            upload.version = before;
            return null;
        }
        String mediaId = requireNonNull(upload.metadata.get("mediaId"));
        long modifiedAt = Long.parseLong(requireNonNull(upload.metadata.get("modifiedAt")));
        Stored standing = media.get(mediaId);
        if (standing != null && standing.entity().modifiedAt() >= modifiedAt) {
            return ProblemType.CONFLICT;
        }
        upload.version = store(mediaId, bytes, upload.metadata, modifiedAt);
        decided.put(changeId, upload.version);
        changeIds.add(changeId);
        return null;
    }

    /// Decides what was left undecided.
    void decide() {
        uploads.values().stream()
                .filter(upload -> upload.bytes.size() == upload.length && upload.version == 0)
                .forEach(this::finish);
    }

    private static void done(HttpExchange exchange, Upload upload, int status) throws IOException {
        exchange.getResponseHeaders().set("Upload-Offset", Long.toString(upload.bytes.size()));
        if (upload.version > 0) {
            exchange.getResponseHeaders().set("Entity-Version", Long.toString(upload.version));
        }
        exchange.sendResponseHeaders(status, -1);
    }

    private void receipts(HttpExchange exchange) throws IOException {
        String id = exchange.getRequestURI().getQuery().replace("changeId=", "");
        Long made = decided.get(id);
        json(
                exchange,
                (made == null
                                ? "{\"results\":[{\"changeId\":\"%s\",\"status\":\"pending\"}]}"
                                        .formatted(id)
                                : """
                                {"results":[{"changeId":"%s","status":"applied","version":%d,
                                "duplicate":false}]}
                                """
                                        .formatted(id, made))
                        .getBytes(UTF_8));
    }

    private void download(HttpExchange exchange, String mediaId, @Nullable Fault fault)
            throws IOException {
        Stored stored = media.get(mediaId);
        if (stored == null) {
            problem(exchange, ProblemType.NOT_FOUND, Map.of());
            return;
        }
        String tag = '"' + sha256(stored.bytes()) + '"';
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.getResponseHeaders().set("ETag", tag);
            exchange.sendResponseHeaders(200, -1);
            return;
        }
        if (!tag.equals(exchange.getRequestHeaders().getFirst("If-Match"))) {
            problem(exchange, ProblemType.VERSION_MISMATCH, Map.of());
            return;
        }
        byte[] bytes = stored.bytes().clone();
        String range = exchange.getRequestHeaders().getFirst("Range");
        int from = 0;
        if (range != null) {
            from = Integer.parseInt(range.replaceAll("[^0-9]", ""));
            exchange.getResponseHeaders()
                    .set(
                            "Content-Range",
                            "bytes %d-%d/%d".formatted(from, bytes.length - 1, bytes.length));
        }
        if (fault instanceof Fault.Garbles) {
            bytes[bytes.length - 1]++;
        }
        exchange.getResponseHeaders().set("ETag", tag);
        int length = bytes.length - from;
        exchange.sendResponseHeaders(range == null ? 200 : 206, length == 0 ? -1 : length);
        int sent = fault instanceof Fault.SendsOnly(int only) ? Math.min(only, length) : length;
        exchange.getResponseBody().write(bytes, from, sent);
        exchange.getResponseBody().flush();
    }

    private static void json(HttpExchange exchange, byte[] body) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
    }

    private static void problem(
            HttpExchange exchange, ProblemType type, Map<String, String> headers)
            throws IOException {
        headers.forEach(exchange.getResponseHeaders()::set);
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.sendResponseHeaders(type.status(), -1);
            return;
        }
        byte[] body = WireJson.MAPPER.writeValueAsBytes(Problem.of(type, "As the test wants it."));
        exchange.getResponseHeaders().set("Content-Type", Problem.MEDIA_TYPE);
        exchange.sendResponseHeaders(type.status(), body.length);
        exchange.getResponseBody().write(body);
    }

    static String sha256(byte[] bytes) {
        MessageDigest digest = Cache.sha256();
        return HexFormat.of().formatHex(digest.digest(bytes));
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            notifyAll();
        }
        server.stop(0);
    }
}
