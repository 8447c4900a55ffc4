package io.reconverge.media;

import static org.assertj.core.api.Assertions.assertThat;

import io.reconverge.parts.OnParts;
import io.reconverge.wire.ProblemType;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/// What the other tests stand on.
@OnParts
class FixtureTest {

    private final Media media = Media.shared();

    @Test
    void it_is_ready_with_tables_topics_and_a_bucket() {
        assertThat(media.healthy("readiness")).isTrue();
        assertThat(media.healthy("storage")).isTrue();
        Corner corner = media.corner();
        assertThat(corner.number("select count(*) from blob")).isZero();
        corner.objects().put("fixture/key", "here".getBytes(StandardCharsets.UTF_8));
        assertThat(corner.objects().keys("fixture/")).containsExactly("fixture/key");
        assertThat(corner.objects().bytes("fixture/key")).asString().isEqualTo("here");
        assertThat(corner.objects().multiparts("fixture/")).isEmpty();
        corner.objects().delete("fixture/key");
    }

    @Test
    void it_tells_who_has_no_token_and_what_is_not_there() {
        media.problem(ProblemType.UNAUTHENTICATED, media.anyone().get().uri("/v1/spaces/me"));
        media.problem(ProblemType.NOT_FOUND, media.as("fixture").get().uri("/v1/nothing"));
    }

    @Test
    void a_process_can_be_killed_and_another_take_its_place() {
        try (var process = MediaProcess.start(media.corner())) {
            assertThat(process.healthy("readiness")).isTrue();
            process.kill();
            assertThat(process.isAlive()).isFalse();
            try (var next = MediaProcess.start(media.corner(), "server.port=" + process.port())) {
                next.problem(ProblemType.NOT_FOUND, next.as("fixture").get().uri("/v1/nothing"));
            }
        }
    }
}
