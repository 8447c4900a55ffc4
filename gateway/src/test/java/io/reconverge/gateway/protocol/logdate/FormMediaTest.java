package io.reconverge.gateway.protocol.logdate;

import static org.assertj.core.api.Assertions.assertThat;

import io.reconverge.gateway.RawConnection;
import io.reconverge.gateway.TestGateway;
import io.reconverge.parts.OnParts;
import io.reconverge.service.problem.ProblemException;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import org.springframework.http.MediaType;
import org.springframework.http.codec.multipart.FilePartEvent;
import org.springframework.http.codec.multipart.FormPartEvent;
import org.springframework.http.codec.multipart.PartEvent;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

@OnParts
final class FormMediaTest {

    private static final String BOUNDARY = "tide";

    private static Flux<PartEvent> field(String name, String value) {
        return Flux.from(FormPartEvent.create(name, value));
    }

    private static Flux<PartEvent> file() {
        DataBuffer bytes = DefaultDataBufferFactory.sharedInstance.wrap(new byte[] {1, 2});
        return Flux.from(
                FilePartEvent.create("data", "a.jpg", MediaType.IMAGE_JPEG, Flux.just(bytes)));
    }

    @SafeVarargs
    private static StepVerifier.FirstStep<DataBuffer> form(Flux<PartEvent>... parts) {
        return StepVerifier.create(new FormMedia().bytes(Flux.concat(parts)));
    }

    @Test
    void a_form_has_known_fields_each_once_and_then_its_file() {
        FormMedia form = new FormMedia();
        StepVerifier.create(form.bytes(Flux.concat(field("contentId", "n"), file())))
                .expectNextCount(1)
                .thenConsumeWhile(more -> true)
                .verifyComplete();
        assertThat(form.about("").fileName()).isEqualTo("a.jpg");
        form(field("contentId", "n"), field("padding", "x"), file())
                .verifyError(ProblemException.class);
        form(field("contentId", "n"), field("contentId", "n"), file())
                .verifyError(ProblemException.class);
        form(field("contentId", "n"), field("fileName", "x".repeat(5_000)), file())
                .verifyError(ProblemException.class);
    }

    @Test
    void a_file_of_a_type_that_cannot_be_read_is_the_senders_fault() throws IOException {
        TestGateway gateway = TestGateway.strict();
        String form =
                """
                --tide
                Content-Disposition: form-data; name="contentId"

                n
                --tide
                Content-Disposition: form-data; name="data"; filename="a.jpg"
                Content-Type: -1

                x
                --tide--
                """
                        .replace("\n", "\r\n");
        try (RawConnection connection = new RawConnection(gateway.port())) {
            connection
                    .head(
                            "POST /api/v1/sync/media HTTP/1.1",
                            "Host: gateway",
                            "Authorization: Bearer "
                                    + TestGateway.tokens().of(TestGateway.someone()),
                            "Content-Type: multipart/form-data; boundary=" + BOUNDARY,
                            "Content-Length: " + form.length())
                    .send(form);
            assertThat(connection.readStatus()).isEqualTo(400);
        }
    }

    @Test
    void what_a_reader_accepts_that_cannot_be_read_is_the_readers_fault() throws IOException {
        TestGateway gateway = TestGateway.strict();
        try (RawConnection connection = new RawConnection(gateway.port())) {
            connection.head(
                    "GET /api/v1/sync/media/none HTTP/1.1",
                    "Host: gateway",
                    "Accept: -1",
                    "Authorization: Bearer " + TestGateway.tokens().of(TestGateway.someone()));
            assertThat(connection.readStatus()).isEqualTo(400);
        }
    }

    @Test
    void a_file_that_never_begins_is_not_waited_for() throws IOException {
        TestGateway gateway = TestGateway.strict();
        try (RawConnection connection = new RawConnection(gateway.port())) {
            connection
                    .head(
                            "POST /api/v1/sync/media HTTP/1.1",
                            "Host: gateway",
                            "Authorization: Bearer "
                                    + TestGateway.tokens().of(TestGateway.someone()),
                            "Content-Type: multipart/form-data; boundary=" + BOUNDARY,
                            "Content-Length: 100000")
                    .send(
                            "--%s\r\nContent-Disposition: form-data; name=\"contentId\"\r\n\r\nn\r\n"
                                    .formatted(BOUNDARY));
            assertThat(connection.readStatus()).isEqualTo(408);
        }
    }
}
