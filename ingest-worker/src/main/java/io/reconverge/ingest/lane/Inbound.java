package io.reconverge.ingest.lane;

import io.reconverge.wire.WriteRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/// One record of the writes topic, read.
public sealed interface Inbound {

    ConsumerRecord<byte[], byte[]> record();

    default long offset() {
        return record().offset();
    }

    /// Bytes of its key and value.
    default int size() {
        return record().serializedKeySize() + record().serializedValueSize();
    }

    /// A request to decide.
    ///
    /// @param reply null when no gateway waits for it
    record Write(ConsumerRecord<byte[], byte[]> record, WriteRecord request, @Nullable Reply reply)
            implements Inbound {}

    /// What could not be read as a request. It goes to the dead letters.
    ///
    /// @param reason what was wrong with it
    /// @param reply null when no gateway waits for it, or it does not say which
    record Dead(ConsumerRecord<byte[], byte[]> record, String reason, @Nullable Reply reply)
            implements Inbound {}

    /// Where the answer goes.
    ///
    /// @param requestId as the header says, which may be there when the value is garbage
    /// @param partition of the results topic
    /// @param traceparent W3C trace context, passed on as it came
    record Reply(String requestId, int partition, @Nullable String traceparent) {}
}
