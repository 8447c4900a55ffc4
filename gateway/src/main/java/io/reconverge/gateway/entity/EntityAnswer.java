package io.reconverge.gateway.entity;

import io.reconverge.service.problem.ProblemException;
import io.reconverge.service.write.ChangeHeaders;
import io.reconverge.wire.ChangeResult;
import io.reconverge.wire.Entity;
import io.reconverge.wire.Op;
import io.reconverge.wire.Problem;
import io.reconverge.wire.ProblemType;
import io.reconverge.wire.WireJson;
import java.net.URI;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;

/// What a change's result is in HTTP. The body, where there is one, is the result itself, as the
/// answer to a sync request has it.
final class EntityAnswer {

    private EntityAnswer() {}

    /// Empty when the precondition failed without the entity being known.
    ///
    /// @throws ProblemException when the change was not applied, or lost
    static Optional<ResponseEntity<byte[]>> of(Target target, Op op, ChangeResult result) {
        return switch (result) {
            case ChangeResult.Applied applied ->
                    Optional.of(stands(op, applied, applied.version(), applied.created()));
            case ChangeResult.Merged merged ->
                    Optional.of(stands(op, merged, merged.version(), false));
            case ChangeResult.Superseded superseded ->
                    throw refusal(
                            ProblemType.CONFLICT,
                            "A newer write stands; this one is kept in the history.",
                            superseded.entity());
            case ChangeResult.Conflict conflict -> {
                if (target.precondition() instanceof Precondition.None) {
                    throw refusal(
                            ProblemType.CONFLICT,
                            "The entity was changed in between.",
                            conflict.entity());
                }
                if (conflict.entity() == null) {
                    yield Optional.empty();
                }
                throw refusal(
                        ProblemType.VERSION_MISMATCH,
                        "The entity is at version " + conflict.entity().version() + ".",
                        conflict.entity());
            }
            case ChangeResult.Rejected rejected -> {
                // the version asked for does not exist: for HTTP, a tag that does not match
                if (rejected.problem().type().equals(ProblemType.BASE_VERSION_AHEAD.urn())) {
                    yield Optional.empty();
                }
                throw new ProblemException(rejected.problem(), null);
            }
            case ChangeResult.Pending pending -> Optional.of(undecided(target));
            case ChangeResult.Unknown unknown -> Optional.of(undecided(target));
        };
    }

    /// Durable, and where to ask what became of it.
    static ResponseEntity<byte[]> undecided(Target target) {
        return ResponseEntity.status(HttpStatus.ACCEPTED)
                .location(
                        URI.create(
                                "/v1/spaces/%s/receipts?changeId=%s"
                                        .formatted(
                                                target.spaceName(), target.headers().changeId())))
                .header(ChangeHeaders.CHANGE_ID, target.headers().changeId().toString())
                .contentType(MediaType.APPLICATION_JSON)
                .body(json(new ChangeResult.Pending(target.headers().changeId())));
    }

    private static ResponseEntity<byte[]> stands(
            Op op, ChangeResult result, long version, boolean created) {
        HttpStatus status =
                op == Op.DELETE
                        ? HttpStatus.NO_CONTENT
                        : created ? HttpStatus.CREATED : HttpStatus.OK;
        ResponseEntity.BodyBuilder answer =
                ResponseEntity.status(status)
                        .eTag("\"" + version + "\"")
                        .header(ChangeHeaders.CHANGE_ID, result.changeId().toString());
        return op == Op.DELETE
                ? answer.build()
                : answer.contentType(MediaType.APPLICATION_JSON).body(json(result));
    }

    private static ProblemException refusal(
            ProblemType type, String detail, @Nullable Entity standing) {
        Problem problem = Problem.of(type, detail);
        return new ProblemException(standing == null ? problem : problem.with(standing), null);
    }

    private static byte[] json(ChangeResult result) {
        return WireJson.MAPPER.writerFor(ChangeResult.class).writeValueAsBytes(result);
    }
}
