package io.reconverge.gateway.protocol.logdate;

import io.reconverge.gateway.body.Bodies;
import io.reconverge.gateway.protocol.Core;
import io.reconverge.gateway.protocol.JsonAnswer;
import io.reconverge.gateway.protocol.ProtocolMeters;
import io.reconverge.gateway.protocol.SenderDevice;
import io.reconverge.service.identity.Caller;
import io.reconverge.service.problem.ProblemException;
import io.reconverge.service.request.RequestId;
import io.reconverge.wire.Entity;
import io.reconverge.wire.EntityKey;
import io.reconverge.wire.ProblemType;
import io.reconverge.wire.Violation;
import io.reconverge.wire.WireJson;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.http.codec.multipart.PartEvent;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/// Media of notes: in JSON, as the first clients send and read them, in forms, and as bytes. They
/// are kept by the media service, under its limits.
@RestController
@OnLogdate
final class MediaController {

    private static final String PATH = Logdate.SYNC + "/media";

    private final Bodies bodies;
    private final Core core;
    private final MediaClient media;
    private final LogdateSettings settings;
    private final ProtocolMeters meters;

    MediaController(
            Bodies bodies,
            Core core,
            MediaClient media,
            LogdateSettings settings,
            ProtocolMeters meters) {
        this.bodies = bodies;
        this.core = core;
        this.media = media;
        this.settings = settings;
        this.meters = meters;
    }

    @PostMapping(PATH)
    Mono<ResponseEntity<byte[]>> json(ServerWebExchange exchange) {
        String device = SenderDevice.of(exchange.getRequest().getHeaders());
        return meters.request(
                Logdate.PROTOCOL,
                "media-upload",
                bodies.read(
                                exchange,
                                (int) settings.jsonMediaMax().toBytes(),
                                body -> JsonMedia.read(body, device))
                        .flatMap(medium -> {
                            DataBuffer bytes =
                                    exchange.getResponse().bufferFactory().wrap(medium.bytes());
                            return upload(
                                    exchange,
                                    medium.about(),
                                    (long) medium.bytes().length,
                                    Flux.just(bytes));
                        }));
    }

    @PostMapping(path = PATH, consumes = MediaType.MULTIPART_FORM_DATA_VALUE)
    Mono<ResponseEntity<byte[]>> form(
            @RequestBody Flux<PartEvent> events, ServerWebExchange exchange) {
        String device = SenderDevice.of(exchange.getRequest().getHeaders());
        FormMedia form = new FormMedia();
        return meters.request(
                Logdate.PROTOCOL,
                "media-upload",
                bodies.arriving(form.bytes(events))
                        .switchOnFirst((first, bytes) -> {
                            if (!first.hasValue()) {
                                return bytes.then(
                                        Mono.<ResponseEntity<byte[]>>error(() ->
                                                ProblemException.malformed(
                                                        "The form has no file named data.")));
                            }
                            MediaUpload about = form.about(device);
                            Long size = about.sizeBytes();
                            return upload(
                                    exchange,
                                    about,
                                    size,
                                    size == null ? bytes : exactly(size, bytes));
                        })
                        .doOnDiscard(DataBuffer.class, DataBufferUtils::release)
                        .next());
    }

    /// Fails where there are other than so many bytes: nothing is kept then.
    private static Flux<DataBuffer> exactly(long size, Flux<DataBuffer> bytes) {
        AtomicLong seen = new AtomicLong();
        return bytes.doOnNext(
                        buffer -> {
                            if (seen.addAndGet(buffer.readableByteCount()) > size) {
                                DataBufferUtils.release(buffer);
                                throw otherSize(size);
                            }
                        })
                .concatWith(
                        Mono.defer(() ->
                                seen.get() == size ? Mono.empty() : Mono.error(otherSize(size))));
    }

    private static ProblemException otherSize(long size) {
        return new ProblemException(
                ProblemType.MALFORMED_REQUEST,
                "sizeBytes does not match uploaded binary payload size",
                List.of(new Violation("/sizeBytes", "is " + size + ", and the file is not")));
    }

    private Mono<ResponseEntity<byte[]>> upload(
            ServerWebExchange exchange,
            MediaUpload about,
            @Nullable Long length,
            Flux<DataBuffer> bytes) {
        Links links = Links.of(exchange, settings);
        return media.upload(exchange, about, length, bytes)
                .map(entity ->
                        JsonAnswer.ok(
                                WireJson.MAPPER
                                        .createObjectNode()
                                        .put("contentId", about.contentId())
                                        .put("mediaId", entity.id())
                                        .put("downloadUrl", links.download(entity.id()))
                                        .put("uploadedAt", core.now())));
    }

    /// The bytes, with ranges and conditions; for `Accept: application/json` the medium within
    /// JSON. HEAD too.
    @GetMapping(PATH + "/{mediaId}")
    Mono<Void> download(Caller caller, @PathVariable String mediaId, ServerWebExchange exchange) {
        return meters.request(
                Logdate.PROTOCOL,
                "media-download",
                wantsJson(exchange.getRequest().getHeaders())
                        ? inJson(exchange, caller, mediaId)
                        : media.download(
                                exchange,
                                exchange.getRequest().getMethod(),
                                mediaId,
                                answer -> relay(exchange, answer)));
    }

    private static boolean wantsJson(HttpHeaders headers) {
        return headers.getAccept().stream()
                .anyMatch(range -> range.equalsTypeAndSubtype(MediaType.APPLICATION_JSON));
    }

    private static Mono<Void> relay(ServerWebExchange exchange, ClientResponse answer) {
        ServerHttpResponse response = exchange.getResponse();
        response.setStatusCode(answer.statusCode());
        answer.headers()
                .asHttpHeaders()
                .forEach((name, values) -> {
                    if (!name.equalsIgnoreCase(RequestId.HEADER)
                            && !name.equalsIgnoreCase(HttpHeaders.TRANSFER_ENCODING)
                            && !name.equalsIgnoreCase(HttpHeaders.CONNECTION)) {
                        response.getHeaders().put(name, values);
                    }
                });
        return exchange.getRequest().getMethod().equals(HttpMethod.HEAD)
                ? answer.releaseBody().then(response.setComplete())
                : response.writeWith(answer.bodyToFlux(DataBuffer.class));
    }

    private Mono<Void> inJson(ServerWebExchange exchange, Caller caller, String mediaId) {
        Links links = Links.of(exchange, settings);
        return core.entity(exchange, caller.own(), key(mediaId))
                .switchIfEmpty(
                        Mono.error(() ->
                                new ProblemException(ProblemType.NOT_FOUND, "Media not found")))
                .flatMap(entity ->
                        media.download(
                                exchange,
                                HttpMethod.GET,
                                mediaId,
                                answer -> write(exchange, entity, links, answer)));
    }

    private static Mono<Void> write(
            ServerWebExchange exchange, Entity entity, Links links, ClientResponse answer) {
        ServerHttpResponse response = exchange.getResponse();
        response.getHeaders().setContentType(MediaType.APPLICATION_JSON);
        return response.writeWith(
                SignedBytes.of(
                        Rows.medium(entity, links),
                        answer.bodyToFlux(DataBuffer.class),
                        response.bufferFactory()));
    }

    private static EntityKey key(String mediaId) {
        try {
            return new EntityKey(Logdate.MEDIA, mediaId);
        } catch (IllegalArgumentException impossible) {
            throw ProblemException.malformed("In the path, " + impossible.getMessage() + ".");
        }
    }
}
