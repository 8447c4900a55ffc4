package io.reconverge.ingest.lane;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/// What the broker says of the writes topic, to be compared with what Postgres knows of it.
record WritesTopic(Admin admin, String name) {

    private static final int PATIENCE_SECONDS = 15;

    /// Another one, when the topic was deleted and made anew.
    UUID id() throws Exception {
        TopicDescription description =
                admin.describeTopics(List.of(name))
                        .allTopicNames()
                        .get(PATIENCE_SECONDS, TimeUnit.SECONDS)
                        .get(name);
        if (description == null) {
            throw new UnknownTopicOrPartitionException(name);
        }
        var id = description.topicId();
        return new UUID(id.getMostSignificantBits(), id.getLeastSignificantBits());
    }

    /// The offset that the partition's next record will have.
    long end(int partition) throws Exception {
        return admin.listOffsets(Map.of(new TopicPartition(name, partition), OffsetSpec.latest()))
                .partitionResult(new TopicPartition(name, partition))
                .get(PATIENCE_SECONDS, TimeUnit.SECONDS)
                .offset();
    }
}
