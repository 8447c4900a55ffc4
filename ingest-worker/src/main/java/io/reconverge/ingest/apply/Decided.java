package io.reconverge.ingest.apply;

import io.reconverge.ingest.decide.Authority;
import io.reconverge.ingest.decide.Loaded;
import io.reconverge.ingest.decide.Refusal;
import io.reconverge.ingest.decide.SpaceChange;
import io.reconverge.ingest.decide.Written;
import io.reconverge.ingest.lane.Inbound;
import io.reconverge.wire.ChangeResult;
import io.reconverge.wire.Problem;
import io.reconverge.wire.ProblemType;
import java.util.List;
import java.util.UUID;

/// What is to be written, and what the senders are told once it is.
record Decided(Written written, List<Applied.Answer> answers) {

    static final Decided NOTHING =
            new Decided(new Written(List.of(), List.of(), List.of(), List.of()), List.of());

    /// Every change of the request refused, but for those that are in the log already.
    static Decided refused(Loaded loaded, Inbound.Write poison, String why, long now) {
        UUID space = poison.request().space();
        List<ChangeResult> results =
                poison.request().changes().stream()
                        .<ChangeResult>map(change ->
                                new ChangeResult.Rejected(
                                        change.changeId(),
                                        Problem.of(ProblemType.UNPROCESSABLE, why)))
                        .toList();
        boolean mayKnow = Authority.admits(loaded, poison.request());
        List<Refusal> refusals =
                results.stream()
                        .filter(result -> mayKnow)
                        .filter(result ->
                                loaded.accepted(new SpaceChange(space, result.changeId())) == null)
                        .map(result -> new Refusal(space, result.changeId(), result, now))
                        .toList();
        return new Decided(
                new Written(List.of(), List.of(), List.of(), refusals),
                List.of(
                        Applied.Answer.of(
                                poison, mayKnow ? loaded.head(space).version() : 0, results)));
    }
}
