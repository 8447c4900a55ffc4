package io.reconverge.gateway.protocol.logdate;

import io.reconverge.gateway.protocol.Core;
import io.reconverge.gateway.protocol.ProtocolMeters;
import io.reconverge.service.identity.Caller;
import io.reconverge.service.problem.ProblemException;
import io.reconverge.wire.Change;
import io.reconverge.wire.ChangeResult;
import io.reconverge.wire.Entity;
import io.reconverge.wire.Problem;
import io.reconverge.wire.ProblemType;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/// Has a note or journal written, and goes on where the first answer is not the last word.
@Component
@OnLogdate
final class RecordWriter {

    private final Core core;
    private final ProtocolMeters meters;

    RecordWriter(Core core, ProtocolMeters meters) {
        this.core = core;
        this.meters = meters;
    }

    /// What stands after a write.
    ///
    /// @param version the entity's
    /// @param other what stands instead of what was sent, or merged with it; null for what was sent
    /// @param superseded nothing of what was sent stands
    record Stood(long version, @Nullable Entity other, boolean superseded) {}

    /// @return fails with a [ProblemException]: `conflict` when the version that the sender knew is
    ///   not the one that stands, and what [Core#write] fails with
    Mono<Stood> write(ServerWebExchange exchange, Caller caller, RecordWrite write) {
        return new Run(exchange, caller, write).attempt(write.change(), 1);
    }

    private final class Run {

        private final ServerWebExchange exchange;
        private final Caller caller;
        private final RecordWrite write;

        Run(ServerWebExchange exchange, Caller caller, RecordWrite write) {
            this.exchange = exchange;
            this.caller = caller;
            this.write = write;
        }

        Mono<Stood> attempt(Change change, int attempt) {
            return core.write(
                            exchange,
                            caller,
                            caller.own(),
                            write.deviceId(),
                            List.of(change),
                            false)
                    .doOnNext(
                            results -> meters.decided(Logdate.PROTOCOL, write.operation(), results))
                    .flatMap(results -> next(change, results.getFirst(), attempt));
        }

        private Mono<Stood> next(Change change, ChangeResult result, int attempt) {
            boolean more = attempt < Logdate.ATTEMPTS;
            return switch (result) {
                case ChangeResult.Applied applied ->
                        Mono.just(new Stood(applied.version(), null, false));
                case ChangeResult.Merged merged ->
                        Mono.just(new Stood(merged.version(), merged.entity(), false));
                case ChangeResult.Superseded superseded -> {
                    Entity standing = superseded.entity();
                    if (standing == null) {
                        yield Mono.just(new Stood(superseded.version(), null, true));
                    }
                    yield write.byArrival() && more
                            ? attempt(
                                    RecordWrite.on(write.change(), standing.version()), attempt + 1)
                            : Mono.just(new Stood(standing.version(), standing, true));
                }
                case ChangeResult.Conflict conflict ->
                        // a condition of this class's own, and not of the sender's
                        !change.equals(write.change()) && more
                                ? attempt(write.change(), attempt + 1)
                                : Mono.error(conflict(conflict.entity()));
                case ChangeResult.Rejected rejected ->
                        more
                                ? rejected(change, rejected, attempt)
                                : Mono.error(new ProblemException(rejected.problem(), null));
                case ChangeResult.Pending pending -> undecided();
                case ChangeResult.Unknown unknown -> undecided();
            };
        }

        /// A version beyond all that the space has had is not older than what stands, and an update
        /// of what is not there creates it.
        private Mono<Stood> rejected(Change change, ChangeResult.Rejected rejected, int attempt) {
            String why = rejected.problem().type();
            boolean asSent = change.equals(write.change());
            if (asSent && why.equals(ProblemType.BASE_VERSION_AHEAD.urn())) {
                return attempt(RecordWrite.unconditional(change), attempt + 1);
            }
            Change creation = write.creation();
            boolean isCreation = change.equals(creation);
            if (creation != null && !isCreation && why.equals(ProblemType.INVALID_ENTITY.urn())) {
                return core.entity(exchange, caller.own(), creation.key())
                        .hasElement()
                        .flatMap(stands ->
                                stands
                                        ? Mono.error(new ProblemException(rejected.problem(), null))
                                        : attempt(creation, attempt + 1));
            }
            return Mono.error(new ProblemException(rejected.problem(), null));
        }

        private ProblemException conflict(@Nullable Entity standing) {
            Long known = write.change().baseVersion();
            Problem problem =
                    Problem.of(
                            ProblemType.CONFLICT,
                            standing == null || known == null
                                    ? "Server has a newer version"
                                    : "Server has a newer version (%d < %d)"
                                            .formatted(known, standing.version()));
            return new ProblemException(standing == null ? problem : problem.with(standing), null);
        }

        private Mono<Stood> undecided() {
            return Mono.error(ProblemException.unavailable("The change was not decided in time."));
        }
    }
}
