package io.reconverge.gateway.protocol.logdate;

import io.reconverge.service.problem.ProblemException;
import io.reconverge.service.request.DeviceId;
import io.reconverge.service.request.InRequest;
import io.reconverge.service.request.RequestId;
import io.reconverge.service.write.ChangeHeaders;
import io.reconverge.wire.Entity;
import io.reconverge.wire.Problem;
import io.reconverge.wire.ProblemType;
import io.reconverge.wire.WireJson;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.BodyInserters;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.core.JacksonException;

/// Asks the media service in the name of the caller, with the caller's token and request id. Bytes
/// pass through as fast as the slower side takes them.
final class MediaClient {

    private static final Logger log = LoggerFactory.getLogger(MediaClient.class);

    private static final String DOWN = "Media can neither be read nor written at the moment.";
    private static final Duration UNDECIDED_RETRY = Duration.ofSeconds(2);

    /// Conditions and ranges of a download.
    private static final List<String> ASKED =
            List.of(
                    HttpHeaders.RANGE,
                    HttpHeaders.IF_RANGE,
                    HttpHeaders.IF_MATCH,
                    HttpHeaders.IF_NONE_MATCH);

    private final WebClient media;

    MediaClient(WebClient media) {
        this.media = media;
    }

    /// @param length how many bytes there must be; null when not known
    /// @return the medium's entity; fails with a [ProblemException]: what the media service refuses
    ///   it for, such as `too-large` or `quota-exceeded`, the failure of `bytes`, or `unavailable`
    Mono<Entity> upload(
            ServerWebExchange exchange,
            MediaUpload about,
            @Nullable Long length,
            Flux<DataBuffer> bytes) {
        return media.post()
                .uri(
                        "/v1/spaces/me/media?mediaId={id}&fileName={name}&attachedTo={note}",
                        about.mediaId(),
                        about.fileName(),
                        Logdate.NOTE + "/" + about.contentId())
                .headers(headers -> {
                    caller(exchange, headers);
                    headers.set(ChangeHeaders.CHANGE_ID, UUID.randomUUID().toString());
                    DeviceId.set(headers, about.deviceId());
                    headers.setContentType(MediaType.parseMediaType(about.mimeType()));
                    if (length != null) {
                        headers.setContentLength(length);
                    }
                })
                .body(BodyInserters.fromDataBuffers(bytes))
                .exchangeToMono(answer -> whole(answer).map(body -> entity(answer, body)))
                .onErrorResume(failure -> InRequest.error(() -> failure(failure)));
    }

    /// @param relay what becomes of an answer that is no error, or is 416: it must take the body
    Mono<Void> download(
            ServerWebExchange exchange,
            HttpMethod method,
            String mediaId,
            Function<ClientResponse, Mono<Void>> relay) {
        @Nullable String redirect = exchange.getRequest().getQueryParams().getFirst("redirect");
        return media.method(method)
                .uri(
                        redirect == null
                                ? "/v1/spaces/me/media/{id}"
                                : "/v1/spaces/me/media/{id}?redirect={redirect}",
                        mediaId,
                        redirect)
                .headers(headers -> {
                    caller(exchange, headers);
                    for (String name : ASKED) {
                        headers.addAll(name, exchange.getRequest().getHeaders().getOrEmpty(name));
                    }
                })
                .exchangeToMono(answer ->
                        isToRelay(answer.statusCode())
                                ? relay.apply(answer)
                                : whole(answer).flatMap(body -> Mono.error(refusal(answer, body))))
                .onErrorResume(failure -> InRequest.error(() -> failure(failure)));
    }

    private static boolean isToRelay(HttpStatusCode status) {
        return !status.isError() || status.value() == ProblemType.RANGE_NOT_SATISFIABLE.status();
    }

    private static void caller(ServerWebExchange exchange, HttpHeaders headers) {
        String token = exchange.getRequest().getHeaders().getFirst(HttpHeaders.AUTHORIZATION);
        if (token != null) {
            headers.set(HttpHeaders.AUTHORIZATION, token);
        }
        headers.set(RequestId.HEADER, RequestId.of(exchange).toString());
    }

    private static Mono<byte[]> whole(ClientResponse answer) {
        return answer.bodyToMono(byte[].class).defaultIfEmpty(new byte[0]);
    }

    private static Entity entity(ClientResponse answer, byte[] body) {
        return switch (answer.statusCode().value()) {
            case 200, 201 -> WireJson.MAPPER.readValue(body, Entity.class);
            case 202 ->
                    throw new ProblemException(
                            Problem.of(
                                    ProblemType.UNDECIDED,
                                    "The medium was taken and waits to be decided."),
                            UNDECIDED_RETRY);
            default -> throw refusal(answer, body);
        };
    }

    private static ProblemException refusal(ClientResponse answer, byte[] body) {
        if (answer.request().getMethod() == HttpMethod.HEAD) {
            return unseen(answer.statusCode());
        }
        try {
            Problem problem = WireJson.MAPPER.readValue(body, Problem.class);
            if (problem.status() == answer.statusCode().value()) {
                return new ProblemException(problem, retryAfter(answer));
            }
        } catch (JacksonException notAProblem) {
            log.warn("The media service answered {} without a problem", answer.statusCode());
        }
        return ProblemException.unavailable(DOWN);
    }

    /// Of an answer to HEAD, whose problem nobody sees.
    private static ProblemException unseen(HttpStatusCode status) {
        return Stream.of(
                        ProblemType.NOT_FOUND,
                        ProblemType.GONE,
                        ProblemType.VERSION_MISMATCH,
                        ProblemType.MALFORMED_REQUEST,
                        ProblemType.NOT_A_MEMBER,
                        ProblemType.UNAUTHENTICATED)
                .filter(type -> type.status() == status.value())
                .findFirst()
                .map(type -> new ProblemException(type, "The medium cannot be had."))
                .orElseGet(() -> ProblemException.unavailable(DOWN));
    }

    private static @Nullable Duration retryAfter(ClientResponse answer) {
        @Nullable String seconds =
                answer.headers().asHttpHeaders().getFirst(HttpHeaders.RETRY_AFTER);
        return seconds != null && seconds.matches("[0-9]{1,6}")
                ? Duration.ofSeconds(Long.parseLong(seconds))
                : null;
    }

    /// The failure of what was to be sent comes back as the cause of a failed request.
    private static Throwable failure(Throwable failure) {
        if (failure instanceof ProblemException) {
            return failure;
        }
        if (failure.getCause() instanceof ProblemException cause) {
            return cause;
        }
        log.warn("The media service does not answer: {}", failure.toString());
        return ProblemException.unavailable(DOWN);
    }
}
