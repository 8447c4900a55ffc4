package io.reconverge.ingest.apply;

import io.reconverge.ingest.decide.Refusal;
import io.reconverge.wire.ChangeResult;
import io.reconverge.wire.WireJson;

/// How refusals are kept: without the entity that stood against them, which whoever asks is shown
/// as it then is.
final class Receipts {

    private Receipts() {}

    static String stored(Refusal refusal) {
        ChangeResult result =
                switch (refusal.result()) {
                    case ChangeResult.Conflict conflict ->
                            new ChangeResult.Conflict(
                                    conflict.changeId(), null, conflict.conflictFields());
                    case ChangeResult.Rejected rejected -> rejected;
                    case ChangeResult.Applied accepted -> accepted;
                    case ChangeResult.Merged accepted -> accepted;
                    case ChangeResult.Superseded accepted -> accepted;
                    case ChangeResult.Pending undecided -> undecided;
                    case ChangeResult.Unknown undecided -> undecided;
                };
        return WireJson.MAPPER.writerFor(ChangeResult.class).writeValueAsString(result);
    }
}
