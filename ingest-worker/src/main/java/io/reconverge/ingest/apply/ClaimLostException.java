package io.reconverge.ingest.apply;

/// Another worker has claimed the partition since. Nothing was committed.
public final class ClaimLostException extends RuntimeException {

    private static final long serialVersionUID = 1;

    ClaimLostException(Claim claim) {
        super(
                "Source %d was claimed by another worker".formatted(claim.sourceId()),
                null,
                false,
                false);
    }
}
