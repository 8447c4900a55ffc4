package io.reconverge.media.upload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reconverge.media.Media;
import io.reconverge.media.RawRequest;
import io.reconverge.parts.OnParts;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// How many uploads come in at once: here three, two of them one user's, and who waits a second.
@OnParts
class BuffersTest {

    private static Media media;

    private final List<RawRequest> underWay = new ArrayList<>();

    @BeforeAll
    static void start() {
        media =
                Media.start(
                        "reconverge.media.upload.buffers=3",
                        "reconverge.media.upload.per-user=2",
                        "reconverge.media.upload.buffer-patience=1s");
    }

    @AfterAll
    static void end() {
        media.close();
    }

    @AfterEach
    void leave() throws IOException {
        for (RawRequest request : underWay) {
            request.close();
        }
        awaitReceived(0);
    }

    /// Begins an upload that has more to send.
    private void begin(String user) throws IOException {
        underWay.add(open(user).send(new byte[100], 0, 100));
        awaitReceived(underWay.size());
    }

    private static RawRequest open(String user) throws IOException {
        return RawRequest.open(
                media.port(),
                "POST",
                "/v1/spaces/me/media",
                media.token(user),
                "Content-Length: 1000");
    }

    private static RawRequest.Answer upload(String user) throws IOException {
        try (RawRequest request = open(user)) {
            return request.send(new byte[1000], 0, 1000).answer();
        }
    }

    private static void awaitReceived(int uploads) {
        await().until(() -> media.metric("reconverge.media.buffers") == uploads);
    }

    @Test
    void a_user_who_sends_too_many_at_once_is_told_when_to_come_again_and_others_go_on()
            throws IOException {
        begin("busy");
        begin("busy");
        RawRequest.Answer refused = upload("busy");
        assertThat(refused.status()).as(refused.toString()).isEqualTo(429);
        assertThat(refused.header("Retry-After")).isEqualTo("5");
        assertThat(upload("other").status()).isEqualTo(201);
        underWay.removeFirst().close();
        awaitReceived(1);
        assertThat(upload("busy").status()).isEqualTo(201);
    }

    @Test
    void who_finds_no_room_in_time_is_told_when_to_come_again() throws IOException {
        begin("first");
        begin("second");
        begin("third");
        RawRequest.Answer refused = upload("fourth");
        assertThat(refused.status()).as(refused.toString()).isEqualTo(503);
        assertThat(refused.header("Retry-After")).isNotNull();
        assertThat(media.metric("reconverge.media.waiting")).isZero();
        underWay.removeFirst().close();
        assertThat(upload("fourth").status()).isEqualTo(201);
    }

    @Test
    void what_became_of_uploads_is_counted() throws IOException {
        double before = media.metric("reconverge.media.uploads", "outcome", "whole");
        upload("counted");
        assertThat(media.metric("reconverge.media.uploads", "outcome", "whole"))
                .isEqualTo(before + 1);
        assertThat(media.metric("reconverge.media.store")).isPositive();
    }
}
