package io.reconverge.ingest.publish;

/// The broker says that another worker has this one's place in the group, and its partitions.
/// Nothing was published.
public final class PartitionLostException extends RuntimeException {

    private static final long serialVersionUID = 1;

    PartitionLostException(Throwable cause) {
        super("Another worker has this one's partitions", cause);
    }
}
