package io.reconverge.gateway.protocol.spaces;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.reconverge.wire.ChangeResult;
import io.reconverge.wire.Entity;
import io.reconverge.wire.Problem;
import io.reconverge.wire.ProblemType;
import io.reconverge.wire.Violation;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/// What became of an edit, as its device is told: whether it was taken, and if it does not stand as
/// it was sent, what does.
record Outcome(Ack ack, @Nullable Conflict conflict) {

    private static final int VIOLATIONS_TOLD = 3;

    /// As the app has it.
    sealed interface Ack {

        /// It was taken.
        ///
        /// @param serverId null of what was never there
        record Taken(
                String localId,
                @JsonInclude @Nullable String serverId,
                Kind entityType,
                Edit.Operation operation,
                boolean success)
                implements Ack {}

        /// It was not, and these are its members as they were sent.
        record Refused(
                @Nullable JsonNode localId,
                @Nullable JsonNode entityType,
                @Nullable JsonNode operation,
                boolean success,
                String error)
                implements Ack {}
    }

    /// @param serverData what stands
    record Conflict(
            String localId,
            @Nullable String serverId,
            Kind entityType,
            Edit.Operation operation,
            String reason,
            @Nullable ObjectNode serverData) {}

    static Outcome refused(Edit edit, String error) {
        return switch (edit) {
            case Edit.Garbled garbled ->
                    new Outcome(
                            new Ack.Refused(
                                    garbled.localId(),
                                    garbled.entityType(),
                                    garbled.operation(),
                                    false,
                                    error),
                            null);
            case Edit.Understood understood ->
                    new Outcome(
                            new Ack.Refused(
                                    text(understood.localId()),
                                    text(understood.kind().word()),
                                    text(understood.operation().word()),
                                    false,
                                    error),
                            null);
        };
    }

    private static JsonNode text(String text) {
        return StringNode.valueOf(text);
    }

    static Outcome of(Step.Idle idle) {
        Outcome taken = taken(idle.edit(), idle.serverId());
        return idle.tombstone() == null
                ? taken
                : new Outcome(
                        taken.ack(),
                        conflict(
                                idle.edit(),
                                idle.serverId(),
                                "It was deleted.",
                                Shown.of(idle.edit().kind(), idle.tombstone())));
    }

    static Outcome of(Step.Write step, ChangeResult result) {
        Outcome taken = taken(step.edit(), step.serverId());
        return switch (result) {
            case ChangeResult.Applied applied -> taken;
            case ChangeResult.Merged merged ->
                    merged.conflictFields().isEmpty()
                            ? taken
                            : taken.with(
                                    step,
                                    "Newer changes stand of "
                                            + String.join(", ", merged.conflictFields())
                                            + ".",
                                    merged.entity());
            case ChangeResult.Superseded lost ->
                    taken.with(step, "A newer change stands.", lost.entity());
            case ChangeResult.Conflict conflict ->
                    isAsSent(step, conflict.entity())
                            ? taken
                            : taken.with(step, "It exists already.", conflict.entity());
            case ChangeResult.Rejected rejected ->
                    isResent(step, rejected.problem())
                            ? taken
                            : refused(step.edit(), reason(rejected.problem()));
            case ChangeResult.Pending pending -> throw undecided(step);
            case ChangeResult.Unknown unknown -> throw undecided(step);
        };
    }

    /// What comes of it when it has to go from where it was.
    ///
    /// @param removed null when nothing was tried
    Outcome but(Step.Write step, Step.Removal removal, @Nullable ChangeResult removed) {
        return switch (removed) {
            case ChangeResult.Superseded lost when isAlive(lost.entity()) ->
                    stays(step, removal, lost.entity());
            case ChangeResult.Conflict conflict when isAlive(conflict.entity()) ->
                    stays(step, removal, conflict.entity());
            case ChangeResult.Rejected rejected
                    when !rejected.problem().type().equals(ProblemType.CHANGE_ID_REUSED.urn()) ->
                    refused(step.edit(), reason(rejected.problem()));
            case null, default -> this;
        };
    }

    private static boolean isAlive(@Nullable Entity entity) {
        return entity != null && !entity.deleted();
    }

    private Outcome stays(Step.Write step, Step.Removal removal, @Nullable Entity standing) {
        return standing == null
                ? this
                : new Outcome(
                        ack,
                        conflict(
                                step.edit(),
                                step.serverId(),
                                "A newer change stands where it was.",
                                Shown.of(step.edit().kind(), removal.space(), standing)));
    }

    private static IllegalStateException undecided(Step.Write step) {
        return new IllegalStateException(step.change().changeId() + " is undecided");
    }

    private static Outcome taken(Edit.Understood edit, @Nullable String serverId) {
        return new Outcome(
                new Ack.Taken(edit.localId(), serverId, edit.kind(), edit.operation(), true), null);
    }

    private Outcome with(Step.Write step, String reason, @Nullable Entity standing) {
        Kind kind = step.edit().kind();
        return new Outcome(
                ack,
                conflict(
                        step.edit(),
                        step.serverId(),
                        reason,
                        standing == null ? null : Shown.of(kind, step.space(), standing)));
    }

    private static Conflict conflict(
            Edit.Understood edit,
            @Nullable String serverId,
            String reason,
            @Nullable ObjectNode standing) {
        return new Conflict(
                edit.localId(), serverId, edit.kind(), edit.operation(), reason, standing);
    }

    /// Whether an edit was written, now or when it was sent before.
    static boolean isTaken(Step.Write step, ChangeResult result) {
        return switch (result) {
            case ChangeResult.Applied applied -> true;
            case ChangeResult.Merged merged -> true;
            case ChangeResult.Superseded lost -> false;
            case ChangeResult.Conflict conflict -> isAsSent(step, conflict.entity());
            case ChangeResult.Rejected rejected -> isResent(step, rejected.problem());
            case ChangeResult.Pending pending -> false;
            case ChangeResult.Unknown unknown -> false;
        };
    }

    /// Whether what exists has what was to be created.
    private static boolean isAsSent(Step.Write step, @Nullable Entity standing) {
        return standing != null
                && standing.data() != null
                && step.edit().data().properties().stream()
                        .allMatch(member ->
                                member.getValue()
                                        .equals(standing.data().tree().get(member.getKey())));
    }

    /// An id that was made of an edit is only met again when that edit is sent again, and what is
    /// derived from the entity it was made for has changed since.
    private static boolean isResent(Step.Write step, Problem problem) {
        return step.edit().timestamp() != null
                && problem.type().equals(ProblemType.CHANGE_ID_REUSED.urn());
    }

    static String reason(Problem problem) {
        List<Violation> errors = problem.errors();
        return errors.isEmpty()
                ? problem.detail()
                : errors.stream()
                        .limit(VIOLATIONS_TOLD)
                        .map(error -> (error.pointer() + " " + error.message()).strip())
                        .collect(Collectors.joining("; "));
    }
}
