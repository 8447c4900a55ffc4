package io.reconverge.ingest.apply;

import io.reconverge.ingest.lane.Inbound;
import io.reconverge.wire.ChangeEvent;
import io.reconverge.wire.ChangeResult;
import io.reconverge.wire.ResultRecord;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a transaction came to.
///
/// @param claim as it stands after it
/// @param answers to each request, in the order of the records
/// @param events the log rows to publish, in version order within each space
public record Applied(Claim claim, List<Answer> answers, List<ChangeEvent> events) {

    /// @param reply null when nobody waits for it
    public record Answer(Inbound.@Nullable Reply reply, ResultRecord result) {

        static Answer of(Inbound.Write write, long version, List<ChangeResult> results) {
            return new Answer(
                    write.reply(),
                    new ResultRecord(
                            write.request().requestId(),
                            write.request().space(),
                            version,
                            results,
                            null));
        }
    }
}
