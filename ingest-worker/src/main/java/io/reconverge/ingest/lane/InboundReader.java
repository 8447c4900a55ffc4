package io.reconverge.ingest.lane;

import io.reconverge.wire.RecordHeaders;
import io.reconverge.wire.WireJson;
import io.reconverge.wire.WriteRecord;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/// Reads records whatever bytes they hold: it answers with [Inbound.Dead], and throws nothing.
final class InboundReader {

    private InboundReader() {}

    static Inbound read(ConsumerRecord<byte[], byte[]> record) {
        Inbound.@Nullable Reply reply = reply(record);
        if (record.value() == null) {
            return new Inbound.Dead(record, "The record has no value", reply);
        }
        WriteRecord request;
        try {
            request = WireJson.MAPPER.readValue(record.value(), WriteRecord.class);
        } catch (JacksonException | IllegalArgumentException | NullPointerException notARequest) {
            return new Inbound.Dead(
                    record, "The value is no write record: " + first(notARequest), reply);
        }
        byte[] space = request.space().toString().getBytes(StandardCharsets.US_ASCII);
        if (!Arrays.equals(space, record.key())) {
            return new Inbound.Dead(record, "The key is not the space that the value names", reply);
        }
        return new Inbound.Write(record, request, reply);
    }

    /// The first line: the rest of Jackson's messages quotes the document.
    private static String first(Exception failure) {
        String message =
                failure instanceof JacksonException json
                        ? json.getOriginalMessage()
                        : failure.getMessage();
        return message == null
                ? failure.getClass().getSimpleName()
                : message.lines().findFirst().orElse("");
    }

    private static Inbound.@Nullable Reply reply(ConsumerRecord<byte[], byte[]> record) {
        String requestId = header(record, RecordHeaders.REQUEST_ID);
        String partition = header(record, RecordHeaders.REPLY_PARTITION);
        if (requestId == null || partition == null || !partition.matches("[0-9]{1,6}")) {
            return null;
        }
        try {
            UUID.fromString(requestId);
        } catch (IllegalArgumentException notOurs) {
            return null;
        }
        return new Inbound.Reply(
                requestId, Integer.parseInt(partition), header(record, "traceparent"));
    }

    private static @Nullable String header(ConsumerRecord<?, ?> record, String name) {
        Header header = record.headers().lastHeader(name);
        return header == null || header.value() == null
                ? null
                : new String(header.value(), StandardCharsets.UTF_8);
    }
}
