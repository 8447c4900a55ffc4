package io.reconverge.ingest.apply;

import java.util.List;

/// Another worker has claimed the partition since, or one of several. Nothing was committed.
public final class ClaimLostException extends RuntimeException {

    private static final long serialVersionUID = 1;

    ClaimLostException(List<Claim> claims) {
        super(
                "Of sources %s, one was claimed by another worker"
                        .formatted(claims.stream().map(Claim::sourceId).toList()),
                null,
                false,
                false);
    }
}
