package io.reconverge.gateway.sync;

import io.reconverge.service.identity.Caller;
import io.reconverge.service.problem.ProblemException;
import io.reconverge.service.write.Append;
import io.reconverge.service.write.EntityRules;
import io.reconverge.wire.Cursor;
import io.reconverge.wire.ProblemType;
import io.reconverge.wire.SyncRequest;
import io.reconverge.wire.SyncRequestReader;
import io.reconverge.wire.Violation;
import io.reconverge.wire.WriteRecord;
import java.time.Clock;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Makes a [Push] of a body, or says everything that is wrong with it. All checks come before
/// anything is appended.
final class PushReader {

    private final EntityRules rules;
    private final Clock clock;

    PushReader(EntityRules rules, Clock clock) {
        this.rules = rules;
        this.clock = clock;
    }

    /// @throws io.reconverge.wire.InvalidDocument when the body is not a sync request
    /// @throws ProblemException `invalid-cursor`, `invalid-entity`
    Push read(byte[] body, UUID requestId, Caller caller, UUID space) {
        long receivedAt = clock.millis();
        SyncRequest request = SyncRequestReader.read(body, receivedAt);
        Push.Pull pull = pull(request.pull());
        if (request.changes().isEmpty()) {
            return new Push(request.deviceId(), null, pull);
        }
        rules.check(request.changes());
        Append append =
                Append.of(
                        new WriteRecord(
                                requestId,
                                space,
                                caller.subject(),
                                request.deviceId(),
                                request.atomic(),
                                receivedAt,
                                request.changes()));
        return new Push(request.deviceId(), append, pull);
    }

    private static Push.@Nullable Pull pull(SyncRequest.@Nullable Pull asked) {
        if (asked == null) {
            return null;
        }
        String text = asked.cursor();
        if (text == null) {
            return new Push.Pull(null, Cursor.START, asked.limit());
        }
        Cursor from =
                Cursor.decode(text)
                        .orElseThrow(() ->
                                new ProblemException(
                                        ProblemType.INVALID_CURSOR,
                                        "The cursor is not one of this service.",
                                        List.of(
                                                new Violation(
                                                        "/cursor", "must be as it was received"))));
        return new Push.Pull(text, from, asked.limit());
    }
}
