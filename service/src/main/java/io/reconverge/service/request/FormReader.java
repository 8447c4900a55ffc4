package io.reconverge.service.request;

import java.util.Map;
import org.springframework.core.ResolvableType;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ReactiveHttpInputMessage;
import org.springframework.http.codec.multipart.PartEvent;
import org.springframework.http.codec.multipart.PartEventHttpMessageReader;
import reactor.core.publisher.Flux;

/// Reads forms of several parts from copies of what came, in the heap. Spring's reader forgets what
/// it has queued when a form breaks off or is given up: of Netty's buffers, each would be lost for
/// good; of these, none.
final class FormReader extends PartEventHttpMessageReader {

    @Override
    public Flux<PartEvent> read(
            ResolvableType type, ReactiveHttpInputMessage message, Map<String, Object> hints) {
        return super.read(type, new InHeap(message), hints);
    }

    private record InHeap(ReactiveHttpInputMessage message) implements ReactiveHttpInputMessage {

        @Override
        public HttpHeaders getHeaders() {
            return message.getHeaders();
        }

        @Override
        public Flux<DataBuffer> getBody() {
            return message.getBody().map(InHeap::copy);
        }

        private static DataBuffer copy(DataBuffer pooled) {
            byte[] bytes = new byte[pooled.readableByteCount()];
            pooled.read(bytes);
            DataBufferUtils.release(pooled);
            return DefaultDataBufferFactory.sharedInstance.wrap(bytes);
        }
    }
}
