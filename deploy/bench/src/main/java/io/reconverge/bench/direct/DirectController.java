package io.reconverge.bench.direct;

import io.reconverge.entities.EntitySchemas;
import io.reconverge.wire.Change;
import io.reconverge.wire.ChangeResult;
import io.reconverge.wire.Op;
import io.reconverge.wire.SpaceId;
import io.reconverge.wire.SyncRequest;
import io.reconverge.wire.SyncRequestReader;
import io.reconverge.wire.WireJson;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/// The same request and the same answer as the gateway's, for changes pushed to one's own space.
@RestController
final class DirectController {
    private final DirectWrites writes;
    private final EntitySchemas schemas;

    DirectController(DirectWrites writes, EntitySchemas schemas) {
        this.writes = writes;
        this.schemas = schemas;
    }

    /// As the gateway's.
    record Answer(List<ChangeResult> results, long version, long serverTime) {}

    @PostMapping(
            path = "/v1/spaces/{space}/sync",
            consumes = MediaType.APPLICATION_JSON_VALUE,
            produces = MediaType.APPLICATION_JSON_VALUE)
    Mono<byte[]> sync(
            @AuthenticationPrincipal Jwt token,
            @PathVariable String space,
            @RequestBody byte[] body) {
        if (!space.equals(SpaceId.ME)) {
            throw new ResponseStatusException(HttpStatus.NOT_FOUND);
        }
        long now = System.currentTimeMillis();
        SyncRequest request = SyncRequestReader.read(body, now);
        request.changes().forEach(this::check);
        String subject = Objects.requireNonNull(token.getSubject(), "sub");
        UUID own = SpaceId.personal(subject);
        return Flux.fromIterable(request.changes())
                .concatMap(change -> writes.write(own, subject, request.deviceId(), change, now))
                .collectList()
                .map(written ->
                        WireJson.MAPPER.writeValueAsBytes(
                                new Answer(
                                        written.stream().map(DirectWrites.Written::result).toList(),
                                        written.getLast().head(),
                                        System.currentTimeMillis())));
    }

    private void check(Change change) {
        boolean good =
                schemas.accepts(change.type())
                        && change.op() == Op.PUT
                        && change.data() != null
                        && schemas.check(change.type(), change.data()).isEmpty();
        if (!good) {
            throw new ResponseStatusException(HttpStatus.BAD_REQUEST);
        }
    }
}
