package io.reconverge.client.replica;

import io.reconverge.wire.ChangeResult;
import java.util.List;

/// What became of the changes of a request, by number.
public record Tally(
        int applied,
        int merged,
        int superseded,
        int conflicts,
        int rejected,
        int pending,
        int unknown) {

    public static final Tally NONE = new Tally(0, 0, 0, 0, 0, 0, 0);

    /// Both together.
    public Tally plus(Tally more) {
        return new Tally(
                applied + more.applied,
                merged + more.merged,
                superseded + more.superseded,
                conflicts + more.conflicts,
                rejected + more.rejected,
                pending + more.pending,
                unknown + more.unknown);
    }

    static Tally of(List<ChangeResult> results) {
        int[] counts = new int[7];
        for (ChangeResult result : results) {
            counts[
                    switch (result) {
                        case ChangeResult.Applied _ -> 0;
                        case ChangeResult.Merged _ -> 1;
                        case ChangeResult.Superseded _ -> 2;
                        case ChangeResult.Conflict _ -> 3;
                        case ChangeResult.Rejected _ -> 4;
                        case ChangeResult.Pending _ -> 5;
                        case ChangeResult.Unknown _ -> 6;
                    }]++;
        }
        return new Tally(
                counts[0], counts[1], counts[2], counts[3], counts[4], counts[5], counts[6]);
    }
}
