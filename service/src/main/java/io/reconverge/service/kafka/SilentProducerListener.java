package io.reconverge.service.kafka;

import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.jspecify.annotations.Nullable;
import org.springframework.kafka.support.ProducerListener;

/// Says nothing of a record that was not sent: its sender is told, and logs it. The default one
/// logs the record's payload, which is the users' data.
final class SilentProducerListener implements ProducerListener<Object, Object> {

    @Override
    public void onError(
            ProducerRecord<Object, Object> record,
            @Nullable RecordMetadata metadata,
            Exception failure) {}
}
