package io.reconverge.feed.timeline;

import static io.reconverge.service.problem.ProblemException.malformed;

import io.reconverge.feed.FeedSettings;
import io.reconverge.feed.entity.EntityPath;
import io.reconverge.feed.http.RequestParameters;
import io.reconverge.feed.http.ResponseWriter;
import io.reconverge.feed.page.TypeFilter;
import io.reconverge.feed.status.Devices;
import io.reconverge.service.identity.Caller;
import io.reconverge.service.request.DeviceId;
import io.reconverge.wire.EntityKey;
import io.reconverge.wire.Members;
import io.reconverge.wire.TimedEntity;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/// All of the caller's spaces, by time: for devices whose cursor is a timestamp.
@RestController
final class TimelineController {

    private static final int KEYS_MAX = 500;

    private final Timeline timeline;
    private final Devices devices;
    private final ResponseWriter writer;
    private final long pageBytes;

    TimelineController(
            Timeline timeline, Devices devices, ResponseWriter writer, FeedSettings settings) {
        this.timeline = timeline;
        this.devices = devices;
        this.writer = writer;
        this.pageBytes = settings.pageSize().toBytes();
    }

    @GetMapping("/v1/changes")
    Mono<Void> changes(Caller caller, ServerWebExchange exchange) {
        var parameters = new RequestParameters(exchange.getRequest());
        Set<UUID> only =
                parameters.all("space").stream().map(caller::named).collect(Collectors.toSet());
        List<String> types = List.copyOf(TypeFilter.of(parameters.all("type")).types());
        long since = parameters.integer("since", 0, Members.INTEGER_MAX, 0);
        String deviceId = DeviceId.of(exchange.getRequest().getHeaders());
        return timeline.since(
                        new Timeline.Question(caller, only, types, since),
                        parameters.limit(),
                        pageBytes)
                .doOnNext(answer -> {
                    if (answer.ownVersion() > 0) {
                        devices.seen(caller.own(), deviceId, caller, answer.ownVersion());
                    }
                })
                .flatMap(answer -> writer.json(exchange, answer.page()));
    }

    record Found(List<TimedEntity> entities) {}

    @GetMapping("/v1/entities")
    Mono<Void> entities(Caller caller, ServerWebExchange exchange) {
        List<String> names = new RequestParameters(exchange.getRequest()).all("key");
        if (names.isEmpty() || names.size() > KEYS_MAX) {
            throw malformed("key must be given 1..%d times.".formatted(KEYS_MAX));
        }
        List<EntityKey> keys = names.stream().map(TimelineController::key).toList();
        return timeline.find(caller, keys, pageBytes)
                .flatMap(found -> writer.json(exchange, new Found(found)));
    }

    private static EntityKey key(String name) {
        int slash = name.indexOf('/');
        if (slash < 0) {
            throw malformed("A key is a type and an id, with a slash between them.");
        }
        return EntityPath.of(name.substring(0, slash), name.substring(slash + 1));
    }
}
