package io.reconverge.gateway.protocol.deltalog;

import io.reconverge.gateway.protocol.deltalog.DeltaAnswer.Delta;
import io.reconverge.wire.ChangeResult;
import io.reconverge.wire.Entity;
import io.reconverge.wire.Problem;
import io.reconverge.wire.Violation;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What became of a change.
///
/// @param reason why it does not stand as it was sent, null when it does
/// @param duplicate it had been accepted before
/// @param standing what stands instead of a change that lost, null for others
record Verdict(Sent sent, @Nullable String reason, boolean duplicate, @Nullable Delta standing) {

    private static final int VIOLATIONS_TOLD = 3;

    static Verdict of(Sent.Unfit sent) {
        return new Verdict(sent, sent.reason(), false, null);
    }

    static Verdict of(Sent sent, ChangeResult result) {
        return switch (result) {
            case ChangeResult.Applied applied -> new Verdict(sent, null, applied.duplicate(), null);
            case ChangeResult.Merged merged -> new Verdict(sent, null, merged.duplicate(), null);
            case ChangeResult.Superseded lost ->
                    new Verdict(
                            sent, "A newer change stands.", lost.duplicate(), delta(lost.entity()));
            case ChangeResult.Conflict conflict ->
                    new Verdict(
                            sent, "Another change came first.", false, delta(conflict.entity()));
            case ChangeResult.Rejected rejected ->
                    new Verdict(sent, reason(rejected.problem()), false, null);
            case ChangeResult.Pending pending -> throw undecided(sent);
            case ChangeResult.Unknown unknown -> throw undecided(sent);
        };
    }

    private static IllegalStateException undecided(Sent sent) {
        return new IllegalStateException(sent.changeId() + " is undecided");
    }

    private static @Nullable Delta delta(@Nullable Entity standing) {
        return standing == null ? null : Deltas.of(standing).orElse(null);
    }

    static String reason(Problem problem) {
        return problem.errors().isEmpty()
                ? problem.detail()
                : problem.errors().stream()
                        .limit(VIOLATIONS_TOLD)
                        .map(Verdict::told)
                        .collect(Collectors.joining("; "));
    }

    private static String told(Violation violation) {
        return "data" + violation.pointer() + ": " + violation.message();
    }
}
