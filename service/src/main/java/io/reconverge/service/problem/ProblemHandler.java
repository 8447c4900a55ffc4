package io.reconverge.service.problem;

import io.reconverge.service.request.InRequest;
import io.reconverge.service.request.RequestId;
import io.reconverge.wire.InvalidDocument;
import io.reconverge.wire.Problem;
import io.reconverge.wire.ProblemType;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.http.HttpMethod;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.security.authentication.AuthenticationServiceException;
import org.springframework.web.ErrorResponse;
import org.springframework.web.server.MethodNotAllowedException;
import org.springframework.web.server.NotAcceptableStatusException;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.UnsupportedMediaTypeStatusException;
import org.springframework.web.server.WebExceptionHandler;
import reactor.core.publisher.Mono;
import reactor.netty.channel.AbortedException;

/// Turns every error, wherever it was raised, into a problem document. What nobody foresaw is
/// logged and told as `internal-error`, without its inside.
final class ProblemHandler implements WebExceptionHandler {

    private static final Logger log = LoggerFactory.getLogger(ProblemHandler.class);

    private final ProblemWriter writer;

    ProblemHandler(ProblemWriter writer) {
        this.writer = writer;
    }

    @Override
    public Mono<Void> handle(ServerWebExchange exchange, Throwable failure) {
        // outside of all filters, and of what they put into the context
        return InRequest.get(() -> answer(exchange, failure))
                .contextWrite(context -> RequestId.put(context, exchange));
    }

    private Mono<Void> answer(ServerWebExchange exchange, Throwable failure) {
        if (exchange.getResponse().isCommitted()) {
            return Mono.error(failure);
        }
        if (failure instanceof AbortedException) {
            log.debug("The client went away: {}", failure.toString());
            return Mono.empty();
        }
        if (failure instanceof ProblemException stop) {
            Duration retryAfter = stop.retryAfter();
            if (retryAfter != null) {
                ProblemWriter.retryAfter(exchange.getResponse().getHeaders(), retryAfter);
            }
            return writer.write(exchange, stop.problem());
        }
        if (failure instanceof ErrorResponse refused) {
            // Allow, Accept, Accept-Patch: what would have been right
            exchange.getResponse().getHeaders().putAll(refused.getHeaders());
        }
        return writer.write(exchange, problemOf(exchange, failure));
    }

    private static Problem problemOf(ServerWebExchange exchange, Throwable failure) {
        return switch (failure) {
            case InvalidDocument invalid ->
                    Problem.of(
                            ProblemType.MALFORMED_REQUEST,
                            "The body is not what the contract says.",
                            invalid.violations());
            // only what clients send is read as one
            case InvalidMediaTypeException unreadable ->
                    Problem.of(
                            ProblemType.MALFORMED_REQUEST,
                            "The request has a media type that cannot be read: "
                                    + unreadable.getMediaType());
            case DataBufferLimitException tooLarge ->
                    Problem.of(ProblemType.TOO_LARGE, "The body is larger than is taken here.");
            case MethodNotAllowedException refused ->
                    Problem.of(
                            ProblemType.METHOD_NOT_ALLOWED,
                            "Here one can " + names(refused.getSupportedMethods()) + ".");
            case NotAcceptableStatusException refused ->
                    Problem.of(
                            ProblemType.NOT_ACCEPTABLE,
                            "Here one can get " + refused.getSupportedMediaTypes() + ".");
            case UnsupportedMediaTypeStatusException refused ->
                    Problem.of(
                            ProblemType.UNSUPPORTED_MEDIA_TYPE,
                            "Here one can send " + refused.getSupportedMediaTypes() + ".");
            case AuthenticationServiceException issuerDown ->
                    unavailable("The issuer's keys cannot be read.", issuerDown);
            case DataAccessResourceFailureException databaseDown ->
                    unavailable("The database does not answer.", databaseDown);
            case ResponseStatusException refused -> ofStatus(refused);
            default -> {
                log.error(
                        "{} {} failed",
                        exchange.getRequest().getMethod(),
                        exchange.getRequest().getPath(),
                        failure);
                yield Problem.of(ProblemType.INTERNAL_ERROR, "The service failed on this request.");
            }
        };
    }

    private static Problem ofStatus(ResponseStatusException refused) {
        int status = refused.getStatusCode().value();
        String reason = refused.getReason() == null ? "It was refused." : refused.getReason();
        return switch (status) {
            case 404 -> Problem.of(ProblemType.NOT_FOUND, "There is nothing at this address.");
            case 408 -> Problem.of(ProblemType.REQUEST_TIMEOUT, reason);
            case 413 -> Problem.of(ProblemType.TOO_LARGE, reason);
            case 503 -> unavailable(reason, refused);
            default ->
                    status < 500
                            ? Problem.of(ProblemType.MALFORMED_REQUEST, reason)
                            : Problem.of(
                                    ProblemType.INTERNAL_ERROR,
                                    "The service failed on this request.");
        };
    }

    private static Problem unavailable(String detail, Throwable cause) {
        log.warn("{} {}", detail, cause.toString());
        return Problem.of(ProblemType.UNAVAILABLE, detail);
    }

    private static String names(Iterable<HttpMethod> methods) {
        return String.join(
                ", ",
                (Iterable<String>)
                        () ->
                                java.util.stream.StreamSupport.stream(methods.spliterator(), false)
                                        .map(HttpMethod::name)
                                        .sorted()
                                        .iterator());
    }
}
