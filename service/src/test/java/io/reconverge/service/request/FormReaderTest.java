package io.reconverge.service.request;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.core.ResolvableType;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.NettyDataBufferFactory;
import org.springframework.http.MediaType;
import org.springframework.http.codec.multipart.PartEvent;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

class FormReaderTest {

    private static final int PIECE_BYTES = 8 * 1024;

    private final List<ByteBuf> sent = new ArrayList<>();
    private final Sinks.Many<DataBuffer> body = Sinks.many().unicast().onBackpressureBuffer();

    @Test
    void a_form_that_is_given_up_with_much_of_it_queued_keeps_no_buffer() {
        var reading = events().concatMap(event -> Mono.never(), 1).subscribe();
        sendSome();
        reading.dispose();
        assertThat(sent).allMatch(buffer -> buffer.refCnt() == 0);
    }

    @Test
    void a_form_that_breaks_off_keeps_no_buffer() {
        var reading = events().concatMap(event -> Mono.never(), 1).subscribe(_ -> {}, _ -> {});
        sendSome();
        body.tryEmitError(new IllegalStateException("the connection has gone"));
        reading.dispose();
        assertThat(sent).allMatch(buffer -> buffer.refCnt() == 0);
    }

    @Test
    void a_whole_form_is_read_as_it_was_sent() {
        send("--cut\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\nhigh ");
        send("tide\r\n--cut--\r\n");
        body.tryEmitComplete();
        String content =
                events().map(event -> event.content().toString(StandardCharsets.US_ASCII))
                        .collectList()
                        .map(contents -> String.join("", contents))
                        .block();
        assertThat(content).isEqualTo("high tide");
        assertThat(sent).allMatch(buffer -> buffer.refCnt() == 0);
    }

    private void sendSome() {
        send("--cut\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\n");
        for (int piece = 0; piece < 20; piece++) {
            send("x".repeat(PIECE_BYTES));
        }
    }

    private void send(String text) {
        ByteBuf buffer = PooledByteBufAllocator.DEFAULT.directBuffer();
        buffer.writeCharSequence(text, StandardCharsets.US_ASCII);
        sent.add(buffer);
        body.tryEmitNext(new NettyDataBufferFactory(buffer.alloc()).wrap(buffer));
    }

    private Flux<PartEvent> events() {
        return new FormReader()
                .read(
                        ResolvableType.forClass(PartEvent.class),
                        MockServerHttpRequest.post("/")
                                .contentType(
                                        MediaType.parseMediaType(
                                                "multipart/form-data; boundary=cut"))
                                .body(body.asFlux()),
                        Map.of());
    }
}
