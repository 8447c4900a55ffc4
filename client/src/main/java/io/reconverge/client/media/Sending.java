package io.reconverge.client.media;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.reconverge.client.http.Origin;
import io.reconverge.client.http.SignedOutException;
import io.reconverge.client.replica.Upload;
import io.reconverge.client.replica.Uploads;
import io.reconverge.wire.ChangeResult;
import io.reconverge.wire.Entity;
import io.reconverge.wire.ProblemType;
import io.reconverge.wire.WireJson;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.OptionalLong;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/// One attempt to send one file by tus 1.0.0, from wherever an earlier one ended.
///
/// The address of the upload is stored before any byte goes there. Whatever answer is lost, the
/// next attempt asks how far the server is before it sends more. The change that makes the entity
/// has one id for ever, so a file that was begun twice is still one entity.
final class Sending {

    /// Files up to this size go with the request that begins them.
    static final int SMALL_BYTES = 256 * 1024;

    /// What one request carries at most: what passes common proxies.
    static final long REQUEST_BYTES = 64L * 1024 * 1024;

    /// How often one attempt asks anew how far the server is.
    private static final int LOOKS_MAX = 3;

    private static final String TUS = "1.0.0";
    private static final String BYTES = "application/offset+octet-stream";

    private final Origin origin;
    private final Uploads uploads;
    private final String deviceId;
    private final Transfer transfer;
    private final Upload upload;
    private final Path file;
    private final Progress.Line progress;
    private @Nullable String address;
    private int looks;
    private boolean moved;

    Sending(
            Origin origin,
            Uploads uploads,
            String deviceId,
            Transfer transfer,
            Upload upload,
            Path file,
            Progress.Line progress) {
        this.origin = origin;
        this.uploads = uploads;
        this.deviceId = deviceId;
        this.transfer = transfer;
        this.upload = upload;
        this.file = file;
        this.progress = progress;
        this.address = upload.address();
    }

    /// Whether the server has more of the file than before.
    boolean hasMoved() {
        return moved;
    }

    /// Blocks until it ends. Changes the row's address and progress, nothing else of it.
    Attempted run() {
        try {
            if (Files.size(file) != upload.size()) {
                return new Attempted.Refused("Its bytes were damaged on this device.");
            }
            String standing = address;
            if (standing != null) {
                return look(standing);
            }
            OptionalLong shown = uploads.shown(upload);
            return shown.isPresent() && isThere()
                    ? new Attempted.Stored(shown.getAsLong())
                    : begin();
        } catch (SignedOutException e) {
            return new Attempted.SignedOut(String.valueOf(e.getMessage()));
        } catch (Transfer.StoppedException e) {
            return new Attempted.Stopped();
        } catch (IOException e) {
            return Files.isRegularFile(file)
                    ? new Attempted.Broken(String.valueOf(e.getMessage()))
                    : new Attempted.Refused("Its bytes are no longer on this device.");
        }
    }

    /// Whether the server has the bytes already.
    private boolean isThere() throws IOException, SignedOutException {
        Answer answer =
                send(
                        origin.request(
                                        "/v1/spaces/%s/media/%s"
                                                .formatted(
                                                        encoded(upload.space()),
                                                        encoded(upload.mediaId())))
                                .method("HEAD", BodyPublishers.noBody()));
        return answer.status() == 200
                && answer.headers()
                        .firstValue("ETag")
                        .orElse("")
                        .equals('"' + upload.sha256() + '"');
    }

    private Attempted begin() throws IOException, SignedOutException {
        boolean whole = upload.size() <= SMALL_BYTES;
        HttpRequest.Builder request =
                tus(uploadsPath())
                        .header("Upload-Length", Long.toString(upload.size()))
                        .header("Upload-Metadata", metadata());
        if (whole && upload.size() > 0) {
            request.header("Content-Type", BYTES).POST(bytes(0, upload.size()));
        } else {
            request.POST(BodyPublishers.noBody());
        }
        Answer answer = send(request);
        if (answer.status() != 201) {
            return refusal(answer);
        }
        String location = answer.headers().firstValue("Location").orElse("");
        if (location.isEmpty()) {
            return new Attempted.Failed("The server began the upload and did not say where.");
        }
        if (!uploads.began(upload.number(), location)) {
            // dropped, or begun by another process, meanwhile
            end(location);
            return new Attempted.Stopped();
        }
        address = location;
        return went(answer, answer.number("Upload-Offset").orElse(0), location);
    }

    /// Asks how far the server is, and goes on from there.
    private Attempted look(String address) throws IOException, SignedOutException {
        if (++looks > LOOKS_MAX) {
            return new Attempted.Failed("The server does not stay where it says that it is.");
        }
        Answer answer = send(tus(address).method("HEAD", BodyPublishers.noBody()));
        if (answer.status() / 100 == 4 && !isPassing(answer.status())) {
            // it is gone, or refused without a word, as HEAD must: beginning anew tells
            forget(address);
            return begin();
        }
        if (answer.status() != 200) {
            return answer.status() == 500 ? new Attempted.Failed(answer.said()) : refusal(answer);
        }
        long offset = answer.number("Upload-Offset").orElse(-1);
        if (offset < 0 || answer.number("Upload-Length").orElse(-1) != upload.size()) {
            forget(address);
            return new Attempted.Failed("The server has another file at the upload's address.");
        }
        return went(answer, offset, address);
    }

    /// The server has the file up to `offset`.
    private Attempted went(Answer answer, long offset, String address)
            throws IOException, SignedOutException {
        if (offset > upload.size()) {
            forget(address);
            return new Attempted.Failed("The server has more of the file than there is.");
        }
        moved |= offset > upload.sent();
        uploads.reached(upload.number(), offset);
        progress.at(offset);
        OptionalLong version = answer.number("Entity-Version");
        if (version.isPresent()) {
            return new Attempted.Stored(version.getAsLong());
        }
        return offset == upload.size() ? receipt() : patch(address, offset);
    }

    private Attempted patch(String address, long offset) throws IOException, SignedOutException {
        long length = Math.min(REQUEST_BYTES, upload.size() - offset);
        Answer answer =
                send(
                        tus(address)
                                .header("Upload-Offset", Long.toString(offset))
                                .header("Content-Type", BYTES)
                                .method("PATCH", bytes(offset, length)));
        return switch (answer.status()) {
            case 204 -> {
                long reached = answer.number("Upload-Offset").orElse(-1);
                yield reached <= offset
                        ? new Attempted.Failed("The server took the bytes and does not have them.")
                        : went(answer, reached, address);
            }
            case 404, 410 -> {
                forget(address);
                yield new Attempted.Failed(answer.said());
            }
            case 409 ->
                    answer.is(ProblemType.UPLOAD_OFFSET_MISMATCH) ? look(address) : refusal(answer);
            default -> refusal(answer);
        };
    }

    /// Whether it says nothing about the file.
    private static boolean isPassing(int status) {
        return status == 401 || status == 408 || status == 423 || status == 429;
    }

    /// What an answer that is not good means. One with neither a status that says enough nor a
    /// problem is not the server's, but of something on the way to it.
    private Attempted refusal(Answer answer) throws IOException, SignedOutException {
        String said = answer.said();
        return switch (answer.status()) {
            case 401 -> new Attempted.SignedOut(said);
            case 423, 429, 503 -> new Attempted.Busy(answer.retryAfterMillis(), said);
            case 408, 502, 504 -> new Attempted.Broken(said);
            case 413, 507 -> new Attempted.Refused(said);
            default -> {
                if (!answer.hasProblem()) {
                    yield new Attempted.Broken(said);
                }
                if (answer.status() == 409) {
                    yield met(said);
                }
                if (answer.is(ProblemType.DIGEST_MISMATCH)) {
                    yield damaged(said);
                }
                yield answer.status() >= 500 || answer.status() == 460
                        ? new Attempted.Failed(said)
                        : new Attempted.Refused(said);
            }
        };
    }

    /// The bytes that came are not those that were promised. They may have been damaged here, or on
    /// their way.
    private Attempted damaged(String said) throws IOException {
        if (address != null) {
            forget(address);
        }
        return Cache.sha256(file, _ -> {}).equals(upload.sha256())
                ? new Attempted.Failed(said)
                : new Attempted.Refused("Its bytes were damaged on this device.");
    }

    /// The server has all bytes, and did not say what became of the entity.
    private Attempted receipt() throws IOException, SignedOutException {
        Answer answer =
                send(
                        origin.request(
                                        "/v1/spaces/%s/receipts?changeId=%s"
                                                .formatted(
                                                        encoded(upload.space()), upload.changeId()))
                                .GET());
        if (answer.status() != 200) {
            return refusal(answer);
        }
        ChangeResult result;
        try {
            JsonNode results = WireJson.MAPPER.readTree(answer.body()).path("results");
            result = WireJson.MAPPER.treeToValue(results.path(0), ChangeResult.class);
        } catch (JacksonException e) {
            return new Attempted.Broken("a receipt that cannot be read");
        }
        return switch (result) {
            case ChangeResult.Applied applied -> new Attempted.Stored(applied.version());
            case ChangeResult.Merged merged -> new Attempted.Stored(merged.version());
            case ChangeResult.Superseded _, ChangeResult.Conflict _ ->
                    met("A later file has this id.");
            case ChangeResult.Rejected rejected ->
                    new Attempted.Refused(
                            rejected.problem().title() + " " + rejected.problem().detail());
            case ChangeResult.Pending _, ChangeResult.Unknown _ -> new Attempted.Undecided();
            case null -> new Attempted.Undecided();
        };
    }

    /// Another write of the entity stands. With the same content there is nothing left to send.
    private Attempted met(String said) throws IOException, SignedOutException {
        Answer answer =
                send(
                        origin.request(
                                        "/v1/spaces/%s/entities/media/%s"
                                                .formatted(
                                                        encoded(upload.space()),
                                                        encoded(upload.mediaId())))
                                .GET());
        switch (answer.status()) {
            case 200 -> {
                try {
                    Entity entity = WireJson.MAPPER.readValue(answer.body(), Entity.class);
                    boolean same =
                            entity.data() != null
                                    && entity.data()
                                            .tree()
                                            .path("sha256")
                                            .asString("")
                                            .equals(upload.sha256());
                    return same
                            ? new Attempted.Stored(entity.version())
                            : new Attempted.Refused(said);
                } catch (JacksonException e) {
                    return new Attempted.Broken("an entity that cannot be read");
                }
            }
            case 404, 410, 409 -> {
                return new Attempted.Refused(said);
            }
            default -> {
                return refusal(answer);
            }
        }
    }

    private void forget(String address) {
        uploads.forget(upload.number(), address);
        this.address = null;
    }

    /// Ends the upload at the server, if it can be reached: it would end by itself in time.
    void end(String address) throws IOException, SignedOutException {
        send(tus(address).DELETE());
    }

    private Answer send(HttpRequest.Builder request) throws IOException {
        return Answer.of(transfer.send(request, BodyHandlers.ofByteArray()));
    }

    private HttpRequest.Builder tus(String path) throws IOException, SignedOutException {
        return origin.request(path).header("Tus-Resumable", TUS);
    }

    private String uploadsPath() {
        return "/v1/spaces/%s/media/uploads".formatted(encoded(upload.space()));
    }

    private BodyPublisher bytes(long offset, long length) {
        Counted counted = new Counted(offset);
        return BodyPublishers.fromPublisher(
                BodyPublishers.ofInputStream(() -> counted.slice(length)), length);
    }

    /// How far a request's bytes have gone.
    private final class Counted {
        private final long offset;
        private long done;

        Counted(long offset) {
            this.offset = offset;
        }

        InputStream slice(long length) {
            done = offset;
            try {
                return new Slice(
                        file,
                        offset,
                        length,
                        count -> {
                            done += count;
                            transfer.moved(count);
                            progress.at(done);
                        });
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private String metadata() {
        MediaFacts facts = MediaFacts.of(upload.data()).orElseThrow();
        StringJoiner metadata = new StringJoiner(",");
        if (facts.fileName() != null) {
            metadata.add(pair("filename", facts.fileName()));
        }
        metadata.add(pair("filetype", facts.contentType()));
        metadata.add(pair("mediaId", upload.mediaId()));
        if (facts.attachedTo() != null) {
            metadata.add(pair("attachedTo", facts.attachedTo().toString()));
        }
        metadata.add(pair("changeId", upload.changeId().toString()));
        metadata.add(pair("deviceId", deviceId));
        metadata.add(pair("modifiedAt", Long.toString(upload.modifiedAt())));
        metadata.add(pair("sha256", upload.sha256()));
        return metadata.toString();
    }

    private static String pair(String key, String value) {
        return key + " " + Base64.getEncoder().encodeToString(value.getBytes(UTF_8));
    }

    /// A segment of a path. Dots too are encoded, since an id may be `..`, which would be taken for
    /// a step up.
    static String encoded(String segment) {
        StringBuilder encoded = new StringBuilder();
        for (byte octet : segment.getBytes(UTF_8)) {
            char c = (char) (octet & 0xFF);
            if (c < 0x80 && (Character.isLetterOrDigit(c) || "-_".indexOf(c) >= 0)) {
                encoded.append(c);
            } else {
                encoded.append('%').append(String.format("%02X", (int) c));
            }
        }
        return encoded.toString();
    }
}
