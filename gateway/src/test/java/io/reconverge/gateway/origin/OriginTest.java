package io.reconverge.gateway.origin;

import static io.reconverge.gateway.TestGateway.someone;
import static org.assertj.core.api.Assertions.assertThat;

import io.reconverge.gateway.TestGateway;
import io.reconverge.parts.OnParts;
import org.junit.jupiter.api.Test;
import org.springframework.http.HttpHeaders;
import org.springframework.test.web.reactive.server.WebTestClient;

@OnParts
final class OriginTest {

    private static final String ALLOWED = "https://app.example";
    private static final String OTHER = "https://other.example";

    private final TestGateway gateway = TestGateway.strict();

    @Test
    void a_page_of_an_allowed_origin_may_ask_and_read_the_answer() {
        preflight(gateway, ALLOWED)
                .expectStatus()
                .isOk()
                .expectHeader()
                .valueEquals(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN, ALLOWED)
                .expectHeader()
                .valueMatches(HttpHeaders.ACCESS_CONTROL_ALLOW_METHODS, ".*PATCH.*")
                .expectHeader()
                .valueMatches(HttpHeaders.ACCESS_CONTROL_ALLOW_HEADERS, "(?i).*if-match.*");
        get(gateway, ALLOWED)
                .expectHeader()
                .valueEquals(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN, ALLOWED)
                .expectHeader()
                .valueMatches(
                        HttpHeaders.ACCESS_CONTROL_EXPOSE_HEADERS,
                        ".*ETag.*Location.*Preference-Applied.*RateLimit.*Retry-After.*X-Request-Id.*")
                .expectHeader()
                .doesNotExist(HttpHeaders.ACCESS_CONTROL_ALLOW_CREDENTIALS);
    }

    @Test
    void a_page_may_read_how_its_upload_stands() {
        gateway.anyone()
                .options()
                .uri("/v1/spaces/me/media/uploads/u-1")
                .header(HttpHeaders.ORIGIN, ALLOWED)
                .header(HttpHeaders.ACCESS_CONTROL_REQUEST_METHOD, "PATCH")
                .header(
                        HttpHeaders.ACCESS_CONTROL_REQUEST_HEADERS,
                        "authorization, tus-resumable, upload-offset, upload-checksum")
                .exchange()
                .expectStatus()
                .isOk()
                .expectHeader()
                .valueMatches(
                        HttpHeaders.ACCESS_CONTROL_ALLOW_HEADERS,
                        "(?i).*tus-resumable.*upload-offset.*upload-checksum.*");
        gateway.as(someone())
                .get()
                .uri("/v1/spaces/me/media/m-1")
                .header(HttpHeaders.ORIGIN, ALLOWED)
                .exchange()
                .expectHeader()
                .valueMatches(
                        HttpHeaders.ACCESS_CONTROL_EXPOSE_HEADERS,
                        ".*Content-Range.*Location.*Tus-Resumable.*Upload-Expires.*Upload-Offset.*");
    }

    @Test
    void a_refusal_can_be_read_too() {
        gateway.anyone()
                .get()
                .uri("/v1/spaces/me/status")
                .header(HttpHeaders.ORIGIN, ALLOWED)
                .header("X-Forwarded-For", "198.51.100.1")
                .exchange()
                .expectStatus()
                .isUnauthorized()
                .expectHeader()
                .valueEquals(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN, ALLOWED);
    }

    @Test
    void a_page_of_another_origin_may_not() {
        preflight(gateway, OTHER)
                .expectStatus()
                .isForbidden()
                .expectHeader()
                .doesNotExist(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN);
        get(gateway, OTHER)
                .expectStatus()
                .isNotFound()
                .expectHeader()
                .doesNotExist(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN);
        get(gateway, "no origin at all").expectStatus().isNotFound();
    }

    @Test
    void by_default_no_origin_is_allowed() {
        TestGateway usual = TestGateway.shared();
        preflight(usual, ALLOWED).expectStatus().isForbidden();
        get(usual, ALLOWED).expectHeader().doesNotExist(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN);
        assertThat(usual.feed().asked()).hasSize(1);
    }

    private static WebTestClient.ResponseSpec preflight(TestGateway gateway, String origin) {
        return gateway.anyone()
                .options()
                .uri("/v1/spaces/me/entities/note/a")
                .header(HttpHeaders.ORIGIN, origin)
                .header(HttpHeaders.ACCESS_CONTROL_REQUEST_METHOD, "PATCH")
                .header(HttpHeaders.ACCESS_CONTROL_REQUEST_HEADERS, "authorization, if-match")
                .exchange();
    }

    private static WebTestClient.ResponseSpec get(TestGateway gateway, String origin) {
        return gateway.as(someone())
                .get()
                .uri("/v1/spaces/me/status")
                .header(HttpHeaders.ORIGIN, origin)
                .exchange();
    }
}
