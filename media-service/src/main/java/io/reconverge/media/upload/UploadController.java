package io.reconverge.media.upload;

import static io.reconverge.service.problem.ProblemException.malformed;

import io.reconverge.service.access.SpaceAccess;
import io.reconverge.service.identity.Caller;
import io.reconverge.service.problem.ProblemException;
import io.reconverge.service.request.RequestId;
import io.reconverge.service.write.ChangeHeaders;
import io.reconverge.service.write.Preference;
import io.reconverge.service.write.WriteSettings;
import io.reconverge.wire.ChangeResult;
import io.reconverge.wire.Entity;
import io.reconverge.wire.ProblemType;
import io.reconverge.wire.WireJson;
import java.net.URI;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.http.codec.multipart.FilePartEvent;
import org.springframework.http.codec.multipart.PartEvent;
import org.springframework.util.MultiValueMap;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/// Uploads in one request.
@RestController
final class UploadController {

    private static final String PATH = "/v1/spaces/{space}/media";

    private final SpaceAccess access;
    private final Uploading uploading;
    private final Entities entities;
    private final UploadSettings settings;
    private final WriteSettings writes;

    UploadController(
            SpaceAccess access,
            Uploading uploading,
            Entities entities,
            UploadSettings settings,
            WriteSettings writes) {
        this.access = access;
        this.uploading = uploading;
        this.entities = entities;
        this.settings = settings;
        this.writes = writes;
    }

    @PostMapping(PATH)
    Mono<ResponseEntity<byte[]>> raw(
            Caller caller, @PathVariable String space, ServerWebExchange exchange) {
        return access.writer(caller, space)
                .flatMap(admission -> {
                    UUID id = admission.space();
                    HttpHeaders headers = exchange.getRequest().getHeaders();
                    withoutEncoding(headers);
                    MultiValueMap<String, String> query = exchange.getRequest().getQueryParams();
                    ChangeHeaders change = ChangeHeaders.of(headers, 0);
                    Description description =
                            described(
                                    change,
                                    headers,
                                    one(query, "mediaId"),
                                    one(query, "fileName"),
                                    headers.getFirst(HttpHeaders.CONTENT_TYPE),
                                    one(query, "attachedTo"),
                                    Digests.promised(headers));
                    long length = headers.getContentLength();
                    return answered(
                            exchange,
                            space,
                            id,
                            caller,
                            description,
                            length < 0 ? null : length,
                            exchange.getRequest().getBody());
                });
    }

    @PostMapping(path = PATH, consumes = MediaType.MULTIPART_FORM_DATA_VALUE)
    Mono<ResponseEntity<byte[]>> form(
            Caller caller,
            @PathVariable String space,
            @RequestBody Flux<PartEvent> events,
            ServerWebExchange exchange) {
        return access.writer(caller, space)
                .flatMap(admission -> {
                    UUID id = admission.space();
                    HttpHeaders headers = exchange.getRequest().getHeaders();
                    withoutEncoding(headers);
                    for (String elsewhere : List.of("mediaId", "fileName", "attachedTo")) {
                        if (exchange.getRequest().getQueryParams().containsKey(elsewhere)) {
                            throw malformed("With a form, " + elsewhere + " is told in the form.");
                        }
                    }
                    if (Digests.promised(headers) != null) {
                        throw malformed("With a form, the digest stands in the part of the file.");
                    }
                    ChangeHeaders change = ChangeHeaders.of(headers, 0);
                    Form form = new Form();
                    return form.bytes(events)
                            .timeout(Mono.delay(settings.idle()))
                            .onErrorMap(
                                    TimeoutException.class,
                                    late ->
                                            new ProblemException(
                                                    ProblemType.REQUEST_TIMEOUT,
                                                    "The form's file did not begin within %d seconds."
                                                            .formatted(
                                                                    settings.idle().toSeconds())))
                            .switchOnFirst((first, bytes) -> {
                                if (!first.hasValue()) {
                                    return bytes.then(
                                            Mono.error(() -> malformed("The form has no file.")));
                                }
                                Description description =
                                        described(
                                                change,
                                                headers,
                                                form.field("mediaId"),
                                                nameOf(form.file()),
                                                form.fileHeaders()
                                                        .getFirst(HttpHeaders.CONTENT_TYPE),
                                                form.field("attachedTo"),
                                                Digests.promised(form.fileHeaders()));
                                return answered(
                                        exchange, space, id, caller, description, null, bytes);
                            })
                            .doOnDiscard(DataBuffer.class, DataBufferUtils::release)
                            .next();
                });
    }

    private Mono<ResponseEntity<byte[]>> answered(
            ServerWebExchange exchange,
            String spaceName,
            UUID space,
            Caller caller,
            Description description,
            @Nullable Long length,
            Flux<DataBuffer> bytes) {
        Preference preference =
                Preference.of(exchange.getRequest().getHeaders(), writes.patience());
        preference.tell(exchange.getResponse());
        return uploading
                .whole(
                        space,
                        caller.subject(),
                        description,
                        length,
                        new Uploading.Sent(
                                RequestId.of(exchange), bytes, null, preference.patience()))
                .flatMap(whole -> {
                    OptionalLong version = whole.version();
                    return version.isPresent()
                            ? entities.find(space, description.mediaId())
                                    .map(entity ->
                                            stands(spaceName, whole, version.getAsLong(), entity))
                            : Mono.just(undecided(spaceName, whole));
                });
    }

    private static ResponseEntity<byte[]> stands(
            String spaceName, Progressed.Whole whole, long version, Entity entity) {
        Description description = whole.upload().description();
        return ResponseEntity.created(description.address(spaceName))
                .eTag("\"" + whole.upload().sha256() + "\"")
                .header("Entity-Version", Long.toString(version))
                .header(ChangeHeaders.CHANGE_ID, description.changeId().toString())
                .contentType(MediaType.APPLICATION_JSON)
                .body(WireJson.MAPPER.writeValueAsBytes(entity));
    }

    private static ResponseEntity<byte[]> undecided(String spaceName, Progressed.Whole whole) {
        UUID changeId = whole.upload().description().changeId();
        return ResponseEntity.status(HttpStatus.ACCEPTED)
                .location(
                        URI.create(
                                "/v1/spaces/%s/receipts?changeId=%s"
                                        .formatted(spaceName, changeId)))
                .header(ChangeHeaders.CHANGE_ID, changeId.toString())
                .contentType(MediaType.APPLICATION_JSON)
                .body(
                        WireJson.MAPPER
                                .writerFor(ChangeResult.class)
                                .writeValueAsBytes(new ChangeResult.Pending(changeId)));
    }

    /// A browser's form sends an empty name for none.
    private static @Nullable String nameOf(FilePartEvent file) {
        return file.filename().isEmpty() ? null : file.filename();
    }

    private static Description described(
            ChangeHeaders change,
            HttpHeaders headers,
            @Nullable String mediaId,
            @Nullable String fileName,
            @Nullable String contentType,
            @Nullable String attachedTo,
            @Nullable String promised) {
        return new Description(
                change.changeId(),
                mediaId == null ? change.changeId().toString() : mediaId,
                change.deviceId(),
                headers.containsHeader(ChangeHeaders.MODIFIED_AT) ? change.modifiedAt() : null,
                fileName,
                contentType == null ? MediaType.APPLICATION_OCTET_STREAM_VALUE : contentType,
                Description.attachedTo(attachedTo),
                promised);
    }

    private static void withoutEncoding(HttpHeaders headers) {
        for (String encoding : headers.getValuesAsList(HttpHeaders.CONTENT_ENCODING)) {
            if (!encoding.equalsIgnoreCase("identity")) {
                throw new ProblemException(
                        ProblemType.UNSUPPORTED_MEDIA_TYPE,
                        "Media are sent as they are, without a Content-Encoding.");
            }
        }
    }

    private static @Nullable String one(MultiValueMap<String, String> query, String name) {
        List<String> values = query.getOrDefault(name, List.of());
        if (values.size() > 1) {
            throw malformed(name + " may be given once.");
        }
        return values.isEmpty() ? null : values.getFirst();
    }
}
