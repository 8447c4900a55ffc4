package io.reconverge.media.download;

import static io.reconverge.service.problem.ProblemException.malformed;

import io.reconverge.media.storage.Bucket;
import io.reconverge.media.upload.Description;
import io.reconverge.service.access.Admission;
import io.reconverge.service.access.SpaceAccess;
import io.reconverge.service.identity.Caller;
import io.reconverge.service.problem.ProblemException;
import io.reconverge.service.problem.ProblemWriter;
import io.reconverge.wire.EntityKey;
import io.reconverge.wire.Problem;
import io.reconverge.wire.ProblemType;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/// The bytes of media, or where they are.
@RestController
final class DownloadController {

    private final SpaceAccess access;
    private final MediaRows media;
    private final Transfers transfers;
    private final Bucket bucket;
    private final DownloadMeters meters;
    private final ProblemWriter problems;

    DownloadController(
            SpaceAccess access,
            MediaRows media,
            Transfers transfers,
            Bucket bucket,
            DownloadMeters meters,
            ProblemWriter problems) {
        this.access = access;
        this.media = media;
        this.transfers = transfers;
        this.bucket = bucket;
        this.meters = meters;
        this.problems = problems;
    }

    /// HEAD too.
    @GetMapping("/v1/spaces/{space}/media/{mediaId}")
    Mono<Void> download(
            Caller caller,
            @PathVariable String space,
            @PathVariable String mediaId,
            ServerWebExchange exchange) {
        boolean redirect = redirect(exchange.getRequest());
        String id = checked(mediaId);
        return access.reader(caller, space)
                .flatMap(admission -> download(admission, id, redirect, exchange));
    }

    /// Who may be removed from a space gets no link that would outlast it, but the bytes.
    private Mono<Void> download(
            Admission admission, String mediaId, boolean redirect, ServerWebExchange exchange) {
        return media.find(admission.space(), mediaId)
                .switchIfEmpty(Mono.error(() -> notFound("This space has no such media.")))
                .flatMap(found ->
                        switch (found) {
                            case Found.Stored stored ->
                                    answer(stored, redirect && admission.own(), exchange);
                            case Found.WithoutBytes _ ->
                                    Mono.error(notFound("Its bytes have not arrived."));
                            case Found.Deleted(var tombstone) ->
                                    Mono.error(
                                            new ProblemException(
                                                    Problem.of(
                                                                    ProblemType.GONE,
                                                                    "The entity was deleted.")
                                                            .with(tombstone),
                                                    null));
                        });
    }

    private Mono<Void> answer(Found.Stored stored, boolean redirect, ServerWebExchange exchange) {
        HttpHeaders request = exchange.getRequest().getHeaders();
        return switch (Precondition.of(request, stored.tag())) {
            case FAILED ->
                    Mono.error(
                            new ProblemException(
                                    ProblemType.VERSION_MISMATCH, "Its ETag is none of If-Match."));
            case NOT_MODIFIED -> notModified(stored, exchange.getResponse());
            case HOLDS ->
                    redirect
                            ? redirect(stored, exchange.getResponse())
                            : represent(stored, exchange);
        };
    }

    private Mono<Void> notModified(Found.Stored stored, ServerHttpResponse response) {
        response.setStatusCode(HttpStatus.NOT_MODIFIED);
        response.getHeaders().setETag(stored.tag().formattedTag());
        meters.ended(Outcome.NOT_MODIFIED);
        return response.setComplete();
    }

    private Mono<Void> redirect(Found.Stored stored, ServerHttpResponse response) {
        Presentation shown = stored.presentation().forAnotherOrigin();
        response.setStatusCode(HttpStatus.TEMPORARY_REDIRECT);
        HttpHeaders headers = response.getHeaders();
        headers.setLocation(
                bucket.link(stored.key(), shown.type().toString(), shown.disposition().toString()));
        headers.setETag(stored.tag().formattedTag());
        headers.setCacheControl(CacheControl.noStore());
        headers.setContentLength(0);
        meters.ended(Outcome.REDIRECTED);
        return response.setComplete();
    }

    private Mono<Void> represent(Found.Stored stored, ServerWebExchange exchange) {
        ServerHttpRequest request = exchange.getRequest();
        ServerHttpResponse response = exchange.getResponse();
        if (request.getMethod().equals(HttpMethod.HEAD)) {
            Representation.whole(stored).describe(response);
            return response.setComplete();
        }
        return switch (Selection.of(request.getHeaders(), stored.tag(), stored.size())) {
            case Selection.Whole _ ->
                    transfers.send(Representation.whole(stored), stored.key(), exchange);
            case Selection.Part part ->
                    transfers.send(Representation.of(stored, part), stored.key(), exchange);
            case Selection.Unsatisfiable _ -> {
                response.getHeaders().set(HttpHeaders.CONTENT_RANGE, "bytes */" + stored.size());
                // written here: an error would have its Content-Range taken away
                yield problems.write(
                        exchange,
                        Problem.of(
                                ProblemType.RANGE_NOT_SATISFIABLE,
                                "It has " + stored.size() + " bytes."));
            }
        };
    }

    private static boolean redirect(ServerHttpRequest request) {
        @Nullable List<String> values = request.getQueryParams().get("redirect");
        if (values == null) {
            return false;
        }
        @Nullable String value = values.size() == 1 ? values.getFirst() : null;
        if ("true".equals(value)) {
            return true;
        }
        if ("false".equals(value)) {
            return false;
        }
        throw malformed("redirect must be true or false.");
    }

    private static String checked(String mediaId) {
        try {
            return new EntityKey(Description.TYPE, mediaId).id();
        } catch (IllegalArgumentException impossible) {
            throw malformed("An entity's " + impossible.getMessage() + ".");
        }
    }

    private static ProblemException notFound(String detail) {
        return new ProblemException(ProblemType.NOT_FOUND, detail);
    }
}
