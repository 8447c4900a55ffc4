package io.reconverge.wire;

/// The names of the headers on Kafka records, all of them UTF-8 text.
public final class RecordHeaders {

    /// On writes, results and dead letters: the request's UUID.
    public static final String REQUEST_ID = "reconverge-request-id";

    /// On writes: the partition of `reconverge.results` that the waiting gateway reads, in decimal.
    /// Absent when nobody waits.
    public static final String REPLY_PARTITION = "reconverge-reply-partition";

    /// On dead letters: why, and where it came from.
    public static final String DEAD_REASON = "reconverge-dead-reason";

    public static final String DEAD_TOPIC = "reconverge-dead-topic";
    public static final String DEAD_PARTITION = "reconverge-dead-partition";
    public static final String DEAD_OFFSET = "reconverge-dead-offset";

    private RecordHeaders() {}
}
