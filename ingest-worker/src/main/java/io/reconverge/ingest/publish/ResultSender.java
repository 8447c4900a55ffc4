package io.reconverge.ingest.publish;

import io.reconverge.ingest.apply.Applied;
import io.reconverge.ingest.lane.Inbound;
import io.reconverge.service.kafka.Topics;
import io.reconverge.wire.Problem;
import io.reconverge.wire.ProblemType;
import io.reconverge.wire.RecordHeaders;
import io.reconverge.wire.ResultRecord;
import io.reconverge.wire.WireJson;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.kafka.core.KafkaTemplate;

/// Answers the gateways that wait, as soon as a batch is committed. Best effort: the answer that is
/// lost is asked for as a receipt.
public final class ResultSender {

    private static final Logger log = LoggerFactory.getLogger(ResultSender.class);
    private static final UUID NO_SPACE = new UUID(0, 0);

    private final KafkaTemplate<byte[], byte[]> kafka;
    private final Topics topics;

    public ResultSender(KafkaTemplate<byte[], byte[]> kafka, Topics topics) {
        this.kafka = kafka;
        this.topics = topics;
    }

    public void send(List<Applied.Answer> answers) {
        for (Applied.Answer answer : answers) {
            if (answer.reply() != null) {
                send(answer.reply(), answer.result());
            }
        }
    }

    /// Tells those who wait for a record that could not be read.
    public void sendUnread(List<Inbound.Dead> dead) {
        for (Inbound.Dead letter : dead) {
            Inbound.Reply reply = letter.reply();
            if (reply != null) {
                Problem problem = Problem.of(ProblemType.UNPROCESSABLE, letter.reason());
                send(
                        reply,
                        new ResultRecord(
                                UUID.fromString(reply.requestId()),
                                NO_SPACE,
                                0,
                                List.of(),
                                problem));
            }
        }
    }

    private void send(Inbound.Reply reply, ResultRecord result) {
        try {
            kafka.send(record(reply, result))
                    .whenComplete((sent, failure) -> {
                        if (failure != null) {
                            lost(reply, failure);
                        }
                    });
        } catch (RuntimeException failure) {
            lost(reply, failure);
        }
    }

    private ProducerRecord<byte[], byte[]> record(Inbound.Reply reply, ResultRecord result) {
        byte[] requestId = reply.requestId().getBytes(StandardCharsets.US_ASCII);
        ProducerRecord<byte[], byte[]> record =
                new ProducerRecord<>(
                        topics.results(),
                        reply.partition(),
                        requestId,
                        WireJson.MAPPER.writeValueAsBytes(result));
        record.headers().add(RecordHeaders.REQUEST_ID, requestId);
        if (reply.traceparent() != null) {
            record.headers()
                    .add("traceparent", reply.traceparent().getBytes(StandardCharsets.UTF_8));
        }
        return record;
    }

    private static void lost(Inbound.Reply reply, Throwable failure) {
        log.warn(
                "The answer to request {} was not sent: {}", reply.requestId(), failure.toString());
    }
}
