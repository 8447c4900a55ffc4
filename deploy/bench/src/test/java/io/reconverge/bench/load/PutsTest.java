package io.reconverge.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.reconverge.wire.Change;
import io.reconverge.wire.SyncRequest;
import io.reconverge.wire.SyncRequestReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class PutsTest {
    private static final URI SERVER = URI.create("http://127.0.0.1:1");

    @Test
    void each_request_is_one_that_the_gateway_takes() {
        var puts = new Puts(SERVER, List.of("one", "two"), 3, 5);
        Set<UUID> changeIds = new HashSet<>();
        for (int i = 0; i < 4; i++) {
            String request = puts.next(0, 1_234_567).toString(StandardCharsets.UTF_8);
            assertThat(request).contains("Bearer " + (i % 2 == 0 ? "one" : "two"));
            byte[] body =
                    request.substring(request.indexOf("\r\n\r\n") + 4)
                            .getBytes(StandardCharsets.UTF_8);
            assertThat(request).contains("Content-Length: " + body.length + "\r\n");
            SyncRequest read = SyncRequestReader.read(body, System.currentTimeMillis());
            assertThat(read.changes()).hasSize(3);
            assertThat(read.changes().getFirst().id()).isEqualTo("n-%05d".formatted(i * 3 % 5));
            for (Change change : read.changes()) {
                assertThat(change.changeId().version()).isEqualTo(7);
                assertThat(changeIds.add(change.changeId())).isTrue();
                assertThat(String.valueOf(change.data()))
                        .contains(Puts.MARK + "0000000000001234567\"");
            }
        }
    }
}
