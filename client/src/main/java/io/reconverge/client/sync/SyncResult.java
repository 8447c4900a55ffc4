package io.reconverge.client.sync;

import io.reconverge.client.replica.Tally;
import java.time.Duration;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/// How one run went.
///
/// @param pushed what became of the changes that were sent or asked for
/// @param pulled entities and tombstones that the server showed
/// @param requests made, whether answered or not
/// @param error what went wrong or stood in the way, in words for people; null where nothing did
public record SyncResult(
        SyncAction.Ending ending,
        Tally pushed,
        long pulled,
        int requests,
        Duration took,
        @Nullable String error) {

    /// One that something stood in the way of.
    static SyncResult hindered(SyncAction.Ending ending) {
        return new SyncResult(ending, Tally.NONE, 0, 0, Duration.ZERO, reason(ending));
    }

    /// What ended a run, in words for people; null where nothing went wrong.
    static @Nullable String reason(SyncAction.Ending ending) {
        return switch (ending) {
            case DONE, OUTSTANDING -> null;
            case NETWORK_FAILED -> "the server could not be reached";
            case SERVER_BUSY -> "the server is busy";
            case SERVER_FAILED -> "the server failed";
            case CURSOR_EXPIRED -> "the space changed while it was read from its beginning";
            case REPLICA_FAILED -> "the file could not be used";
            case OFFLINE -> "there is no network";
            case SIGNED_OUT -> "nobody is signed in";
            case PAUSED -> "sync is switched off";
            case STOPPED -> "the client was closed";
        };
    }

    /// Whether anything was sent, asked for or received.
    public boolean hasEffect() {
        return !pushed.equals(Tally.NONE) || pulled > 0;
    }

    /// The numbers in a line, such as `2 applied, 1 in conflict; 5 received; 3 requests in 420 ms`.
    public String summary() {
        StringJoiner sent = new StringJoiner(", ");
        sent.setEmptyValue("nothing sent");
        add(sent, pushed.applied(), "applied");
        add(sent, pushed.merged(), "merged");
        add(sent, pushed.superseded(), "superseded");
        add(sent, pushed.conflicts(), "in conflict");
        add(sent, pushed.rejected(), "rejected");
        add(sent, pushed.pending(), "pending");
        add(sent, pushed.unknown(), "unknown");
        return "%s; %d received; %d request%s in %d ms"
                .formatted(sent, pulled, requests, requests == 1 ? "" : "s", took.toMillis());
    }

    private static void add(StringJoiner joiner, int count, String what) {
        if (count > 0) {
            joiner.add(count + " " + what);
        }
    }

    /// Whether all that there was to send when it began is decided, and the feed was read to its
    /// end.
    public boolean isDone() {
        return ending == SyncAction.Ending.DONE;
    }
}
