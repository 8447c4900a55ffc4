package io.reconverge.feed.log;

import static io.reconverge.service.problem.ProblemException.malformed;

import io.reconverge.feed.entity.EntityPath;
import io.reconverge.feed.http.RequestParameters;
import io.reconverge.feed.http.ResponseWriter;
import io.reconverge.service.access.SpaceAccess;
import io.reconverge.service.identity.Caller;
import io.reconverge.service.problem.ProblemException;
import io.reconverge.wire.ProblemType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/// What became of one entity, newest first.
@RestController
@RequestMapping("/v1/spaces/{space}/entities/{type}/{id}/history")
final class HistoryController {

    private static final int LIMIT_MAX = 500;
    private static final int LIMIT_DEFAULT = 50;

    private final SpaceAccess access;
    private final History history;
    private final ResponseWriter writer;

    HistoryController(SpaceAccess access, History history, ResponseWriter writer) {
        this.access = access;
        this.history = history;
        this.writer = writer;
    }

    @GetMapping
    Mono<Void> history(
            Caller caller,
            @PathVariable String space,
            @PathVariable String type,
            @PathVariable String id,
            ServerWebExchange exchange) {
        var parameters = new RequestParameters(exchange.getRequest());
        long before = parameters.integer("before", 1, Long.MAX_VALUE, History.NEWEST);
        int limit = parameters.integer("limit", 1, LIMIT_MAX, LIMIT_DEFAULT);
        return access.reader(caller, space)
                .flatMap(admission ->
                        history.of(admission.space(), EntityPath.of(type, id), before, limit))
                .flatMap(entries -> writer.json(exchange, entries));
    }

    @GetMapping("/{version}")
    Mono<Void> version(
            Caller caller,
            @PathVariable String space,
            @PathVariable String type,
            @PathVariable String id,
            @PathVariable String version,
            ServerWebExchange exchange) {
        return access.reader(caller, space)
                .flatMap(admission ->
                        history.at(admission.space(), EntityPath.of(type, id), number(version)))
                .switchIfEmpty(
                        Mono.error(() ->
                                new ProblemException(
                                        ProblemType.NOT_FOUND,
                                        "This entity did not change at this version.")))
                .flatMap(entry -> writer.json(exchange, entry));
    }

    private static long number(String version) {
        try {
            return Long.parseLong(version);
        } catch (NumberFormatException notANumber) {
            throw malformed("A version is a number.");
        }
    }
}
