package io.reconverge.media.tus;

import io.reconverge.media.upload.Description;
import io.reconverge.media.upload.Progressed;
import io.reconverge.media.upload.Upload;
import io.reconverge.media.upload.UploadSettings;
import io.reconverge.media.upload.Uploading;
import io.reconverge.service.access.SpaceAccess;
import io.reconverge.service.identity.Caller;
import io.reconverge.service.problem.ProblemException;
import io.reconverge.service.request.DeviceId;
import io.reconverge.service.request.RequestId;
import io.reconverge.service.write.ChangeHeaders;
import io.reconverge.service.write.Preference;
import io.reconverge.service.write.WriteSettings;
import io.reconverge.wire.ProblemType;
import java.net.URI;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/// tus 1.0.0: https://tus.io/protocols/resumable-upload, with the extensions creation,
/// creation-with-upload, checksum, expiration and termination.
@RestController
final class TusController {

    private static final String UPLOADS = "/v1/spaces/{space}/media/uploads";
    private static final String UPLOAD = UPLOADS + "/{upload}";

    private static final String EXTENSIONS =
            "creation,creation-with-upload,checksum,expiration,termination";

    private final SpaceAccess access;
    private final Uploading uploading;
    private final UploadSettings settings;
    private final WriteSettings writes;

    TusController(
            SpaceAccess access,
            Uploading uploading,
            UploadSettings settings,
            WriteSettings writes) {
        this.access = access;
        this.uploading = uploading;
        this.settings = settings;
        this.writes = writes;
    }

    @RequestMapping(
            path = {UPLOADS, UPLOAD},
            method = RequestMethod.OPTIONS)
    Mono<ResponseEntity<Void>> options(Caller caller, @PathVariable String space) {
        return access.reader(caller, space).map(admission -> options());
    }

    private ResponseEntity<Void> options() {
        return ResponseEntity.noContent()
                .header("Tus-Version", TusHeaders.VERSION)
                .header("Tus-Extension", EXTENSIONS)
                .header("Tus-Max-Size", Long.toString(settings.resumableMax().toBytes()))
                .header("Tus-Checksum-Algorithm", "sha1,sha256")
                .build();
    }

    @PostMapping(UPLOADS)
    Mono<ResponseEntity<Void>> begin(
            Caller caller, @PathVariable String space, ServerWebExchange exchange) {
        return access.writer(caller, space)
                .flatMap(admission -> {
                    UUID id = admission.space();
                    HttpHeaders headers = exchange.getRequest().getHeaders();
                    requireVersion(exchange);
                    long length = TusHeaders.length(headers);
                    String metadata = headers.getFirst(TusHeaders.METADATA);
                    Description description = described(headers, UploadMetadata.parse(metadata));
                    return uploading
                            .begin(
                                    id,
                                    caller.subject(),
                                    description,
                                    metadata,
                                    length,
                                    hasBody(headers) || length == 0 ? sent(exchange) : null)
                            .map(progressed -> {
                                Upload upload = progressed.upload();
                                ResponseEntity.BodyBuilder answer =
                                        ResponseEntity.created(
                                                URI.create(
                                                        "/v1/spaces/%s/media/uploads/%s"
                                                                .formatted(space, upload.id())));
                                return told(answer, space, progressed).build();
                            });
                });
    }

    /// Whether the first bytes come along, which is for the type to say: what passes a proxy may
    /// have a body of no bytes and no length.
    private static boolean hasBody(HttpHeaders headers) {
        if (headers.getContentLength() > 0) {
            TusHeaders.requireBytes(headers);
        }
        return TusHeaders.BYTES.equals(headers.getContentType());
    }

    @RequestMapping(path = UPLOAD, method = RequestMethod.HEAD)
    Mono<ResponseEntity<Void>> progress(
            Caller caller,
            @PathVariable String space,
            @PathVariable String upload,
            ServerWebExchange exchange) {
        return access.reader(caller, space)
                .flatMap(admission -> {
                    UUID id = admission.space();
                    requireVersion(exchange);
                    return uploading
                            .progress(
                                    id, uploadId(upload), caller.subject(), RequestId.of(exchange))
                            .map(progressed -> {
                                Upload present = progressed.upload();
                                ResponseEntity.HeadersBuilder<?> answer =
                                        told(ResponseEntity.ok(), space, progressed)
                                                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                                                .header(HttpHeaders.CONTENT_LENGTH, "0");
                                if (present.length() != null) {
                                    answer.header(
                                            TusHeaders.LENGTH, Long.toString(present.length()));
                                }
                                if (present.metadata() != null) {
                                    answer.header(TusHeaders.METADATA, present.metadata());
                                }
                                return answer.build();
                            });
                });
    }

    @PatchMapping(UPLOAD)
    Mono<ResponseEntity<Void>> resume(
            Caller caller,
            @PathVariable String space,
            @PathVariable String upload,
            ServerWebExchange exchange) {
        return access.writer(caller, space)
                .flatMap(admission -> {
                    UUID id = admission.space();
                    HttpHeaders headers = exchange.getRequest().getHeaders();
                    requireVersion(exchange);
                    TusHeaders.requireBytes(headers);
                    long offset = TusHeaders.offset(headers);
                    long length = headers.getContentLength();
                    return uploading
                            .resume(
                                    id,
                                    uploadId(upload),
                                    caller.subject(),
                                    offset,
                                    length < 0 ? null : length,
                                    sent(exchange))
                            .map(progressed ->
                                    told(ResponseEntity.noContent(), space, progressed).build());
                });
    }

    @DeleteMapping(UPLOAD)
    Mono<ResponseEntity<Void>> end(
            Caller caller,
            @PathVariable String space,
            @PathVariable String upload,
            ServerWebExchange exchange) {
        return access.writer(caller, space)
                .flatMap(admission -> {
                    UUID id = admission.space();
                    requireVersion(exchange);
                    return uploading
                            .end(id, uploadId(upload), caller.subject())
                            .thenReturn(ResponseEntity.noContent().build());
                });
    }

    private Uploading.Sent sent(ServerWebExchange exchange) {
        HttpHeaders headers = exchange.getRequest().getHeaders();
        Preference preference = Preference.of(headers, writes.patience());
        preference.tell(exchange.getResponse());
        return new Uploading.Sent(
                RequestId.of(exchange),
                exchange.getRequest().getBody(),
                TusHeaders.checksum(headers),
                preference.patience());
    }

    private static ResponseEntity.HeadersBuilder<?> told(
            ResponseEntity.HeadersBuilder<?> answer, String space, Progressed progressed) {
        Upload upload = progressed.upload();
        answer.header(TusHeaders.OFFSET, Long.toString(upload.received()))
                .header(
                        TusHeaders.EXPIRES,
                        DateTimeFormatter.RFC_1123_DATE_TIME.format(
                                Instant.ofEpochMilli(upload.expiresAt()).atOffset(ZoneOffset.UTC)));
        if (progressed instanceof Progressed.Whole whole) {
            Description description = upload.description();
            answer.header(ChangeHeaders.CHANGE_ID, description.changeId().toString());
            whole.version()
                    .ifPresent(version ->
                            answer.header(
                                            HttpHeaders.CONTENT_LOCATION,
                                            description.address(space).toString())
                                    .header("Entity-Version", Long.toString(version)));
        }
        return answer;
    }

    private static void requireVersion(ServerWebExchange exchange) {
        exchange.getResponse().getHeaders().set("Tus-Version", TusHeaders.VERSION);
        TusHeaders.requireVersion(exchange.getRequest().getHeaders());
        exchange.getResponse().getHeaders().remove("Tus-Version");
    }

    private static UUID uploadId(String text) {
        try {
            UUID id = UUID.fromString(text);
            if (id.toString().equals(text)) {
                return id;
            }
        } catch (IllegalArgumentException noId) {
            // said below
        }
        throw new ProblemException(ProblemType.NOT_FOUND, "You have no such upload.");
    }

    private static Description described(HttpHeaders headers, UploadMetadata metadata) {
        HttpHeaders change = new HttpHeaders();
        copy(metadata.get("changeId"), change, ChangeHeaders.CHANGE_ID);
        copy(metadata.get("modifiedAt"), change, ChangeHeaders.MODIFIED_AT);
        String modifiedAt = metadata.get("modifiedAt");
        ChangeHeaders changed = ChangeHeaders.of(change, 0);
        String deviceId = metadata.get("deviceId");
        if (deviceId == null) {
            deviceId = DeviceId.of(headers);
        }
        String mediaId = metadata.get("mediaId");
        String contentType = metadata.get("filetype");
        return new Description(
                changed.changeId(),
                mediaId == null ? changed.changeId().toString() : mediaId,
                deviceId == null ? "" : deviceId,
                modifiedAt == null ? null : changed.modifiedAt(),
                metadata.get("filename"),
                contentType == null ? MediaType.APPLICATION_OCTET_STREAM_VALUE : contentType,
                Description.attachedTo(metadata.get("attachedTo")),
                metadata.get("sha256"));
    }

    private static void copy(@Nullable String value, HttpHeaders headers, String name) {
        if (value != null) {
            headers.set(name, value);
        }
    }
}
