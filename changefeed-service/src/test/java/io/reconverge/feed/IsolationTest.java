package io.reconverge.feed;

import static org.assertj.core.api.Assertions.assertThat;

import io.reconverge.parts.OnParts;
import io.reconverge.parts.Parts;
import io.reconverge.parts.Tokens;
import io.reconverge.wire.Problem;
import io.reconverge.wire.ProblemType;
import io.reconverge.wire.SpaceId;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.MediaType;

/// I7: no request reads a space its caller is not a member of, whatever ids it sends.
@OnParts
class IsolationTest {

    private final Feed feed = Feed.shared();

    static Stream<String> reads() {
        return Stream.of(
                "",
                "/members",
                "/changes",
                "/changes?wait=5",
                "/log",
                "/status",
                "/receipts?changeId=" + UUID.randomUUID(),
                "/entities/note/1",
                "/entities/note/1/history",
                "/entities/note/1/history/1");
    }

    @ParameterizedTest
    @MethodSource("reads")
    void anothers_space_looks_like_one_that_is_not_there(String read) {
        feed.commits().put("isolation-owner", Write.put("note", "1", "{}"));
        Problem theirs =
                feed.problem(
                        ProblemType.NOT_A_MEMBER,
                        "isolation-thief",
                        "/v1/spaces/" + SpaceId.personal("isolation-owner") + read);
        List.of(UUID.randomUUID().toString(), "isolation-owner", "ME", "%20", "..")
                .forEach(name ->
                        assertThat(
                                        feed.problem(
                                                ProblemType.NOT_A_MEMBER,
                                                "isolation-thief",
                                                "/v1/spaces/{name}" + read,
                                                name))
                                .isEqualTo(theirs));
    }

    @ParameterizedTest
    @ValueSource(strings = {MediaType.TEXT_EVENT_STREAM_VALUE, MediaType.APPLICATION_NDJSON_VALUE})
    void nor_is_it_streamed(String accept) {
        feed.problem(
                ProblemType.NOT_A_MEMBER,
                feed.as("isolation-thief")
                        .get()
                        .uri("/v1/spaces/{id}/changes", SpaceId.personal("isolation-owner"))
                        .header("Accept", accept));
    }

    @Test
    void ones_own_space_goes_by_its_id_too() {
        feed.commits().put("isolation-own", Write.put("note", "1", "{}"));
        String id = SpaceId.personal("isolation-own").toString();
        assertThat(feed.get("isolation-own", "/v1/spaces/" + id + "/changes"))
                .isEqualTo(feed.get("isolation-own", "/v1/spaces/me/changes"));
    }

    @Test
    void me_is_whoever_asks() {
        feed.commits().put("isolation-one", Write.put("note", "1", "{}"));
        assertThat(feed.get("isolation-two", "/v1/spaces/me/changes").get("version").longValue())
                .isZero();
        feed.problem(ProblemType.NOT_FOUND, "isolation-two", "/v1/spaces/me/entities/note/1");
    }

    @ParameterizedTest
    @MethodSource("reads")
    void without_a_good_token_nothing_is_read(String read) {
        Tokens tokens = Parts.shared().tokens();
        String uri = "/v1/spaces/me" + read;
        feed.problem(ProblemType.UNAUTHENTICATED, feed.anyone().get().uri(uri));
        Stream.of(
                        tokens.draft("isolation-one").expired(),
                        tokens.draft("isolation-one").wrongAudience(),
                        tokens.draft("isolation-one").unsigned(),
                        tokens.draft("isolation-one").signedByAnotherKey())
                .forEach(token ->
                        feed.problem(
                                ProblemType.UNAUTHENTICATED,
                                feed.with(token.sign()).get().uri(uri)));
    }

    @ParameterizedTest
    @MethodSource("reads")
    void a_member_reads_a_shared_space_and_a_removed_one_does_not(String read) {
        String member = "isolation-" + UUID.randomUUID();
        UUID space = SpaceId.shared("isolation-owner", UUID.randomUUID());
        feed.commits().join(space, "isolation-owner", "owner");
        feed.commits().commitTo(space, "isolation-owner", Write.put("note", "1", "{}"));
        feed.commits().join(space, member, "viewer");
        String path =
                "/v1/spaces/"
                        + space
                        + read.replace("wait=5", "wait=0").replace("history/1", "history/2");
        feed.as(member).get().uri(path).exchange().expectStatus().isOk();

        feed.commits().commitTo(space, "isolation-owner", Write.delete("member", member));
        feed.problem(ProblemType.NOT_A_MEMBER, member, path);
    }
}
