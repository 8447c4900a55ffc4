package io.reconverge.ingest.lane;

import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;

/// What a lane asks of the consumer, from any thread; the consumer's own thread does it.
interface Fetching {

    void pause(int partition);

    void resume(int partition);

    /// Takes the partition up again, from an offset below.
    void rewind(int partition, long offset);

    /// Leaves the group and joins it again.
    void rejoin(String why);

    /// Of the present generation.
    ConsumerGroupMetadata group();
}
