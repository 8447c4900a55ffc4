package io.reconverge.ingest.publish;

import io.reconverge.service.kafka.Topics;
import io.reconverge.wire.ChangeEvent;
import io.reconverge.wire.RecordHeaders;
import io.reconverge.wire.Role;
import io.reconverge.wire.Sharing;
import io.reconverge.wire.WireJson;
import io.reconverge.wire.WriteRecord;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.springframework.kafka.core.KafkaTemplate;

/// Tells people in their own spaces that they are members of a shared one, or no longer: by writes
/// of their own to the topic of writes, since no transaction spans spaces. Sent before the log rows
/// that they follow from are published, so a crash sends them again; each is applied once.
public final class MembershipNews {

    private static final int PATIENCE_SECONDS = 15;

    private final KafkaTemplate<byte[], byte[]> kafka;
    private final Topics topics;

    public MembershipNews(KafkaTemplate<byte[], byte[]> kafka, Topics topics) {
        this.kafka = kafka;
        this.topics = topics;
    }

    /// What follows from batches, in their order.
    ///
    /// @throws KafkaException when the broker does not confirm; to be tried again
    public void tell(List<Committed> batches) {
        send(
                batches.stream()
                        .flatMap(batch -> batch.events().stream())
                        .flatMap(event -> following(event).stream())
                        .toList());
    }

    /// @throws KafkaException when the broker does not confirm; to be tried again
    public void send(List<WriteRecord> news) {
        if (news.isEmpty()) {
            return;
        }
        try {
            CompletableFuture.allOf(
                            news.stream()
                                    .map(write -> kafka.send(record(write)))
                                    .toArray(CompletableFuture[]::new))
                    .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new InterruptException(stop);
        } catch (ExecutionException
                | TimeoutException
                | org.springframework.kafka.KafkaException failure) {
            throw new KafkaException("Members cannot be told", failure);
        }
    }

    static Optional<WriteRecord> following(ChangeEvent event) {
        if (!event.type().equals(Sharing.MEMBER) || !event.stands()) {
            return Optional.empty();
        }
        Role role = Sharing.roleIn(event.data()).orElse(null);
        return Optional.of(
                Sharing.told(
                        event.space(), event.version(), event.id(), role, event.committedAt()));
    }

    private ProducerRecord<byte[], byte[]> record(WriteRecord write) {
        ProducerRecord<byte[], byte[]> record =
                new ProducerRecord<>(
                        topics.writes(),
                        ascii(write.space().toString()),
                        WireJson.MAPPER.writeValueAsBytes(write));
        record.headers().add(RecordHeaders.REQUEST_ID, ascii(write.requestId().toString()));
        return record;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
