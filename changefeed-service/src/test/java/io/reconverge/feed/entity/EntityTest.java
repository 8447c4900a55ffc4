package io.reconverge.feed.entity;

import static org.assertj.core.api.Assertions.assertThat;

import io.reconverge.feed.Feed;
import io.reconverge.feed.Write;
import io.reconverge.parts.OnParts;
import io.reconverge.wire.Entity;
import io.reconverge.wire.Problem;
import io.reconverge.wire.ProblemType;
import io.reconverge.wire.WireJson;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.test.web.reactive.server.WebTestClient;

@OnParts
class EntityTest {

    private static final String PATH = "/v1/spaces/me/entities/{type}/{id}";

    private final Feed feed = Feed.shared();

    @Test
    void an_entity_is_read_with_its_version_as_its_tag() {
        var event =
                feed.commits()
                        .put(
                                "entity-read",
                                Write.put("task", "0", "{}"),
                                Write.put("note", "n 1", "{\"a\":1.50}"))
                        .getLast();
        byte[] body =
                feed.as("entity-read")
                        .get()
                        .uri(PATH, "note", "n 1")
                        .exchange()
                        .expectStatus()
                        .isOk()
                        .expectHeader()
                        .valueEquals("ETag", "\"2\"")
                        .expectHeader()
                        .valueEquals("Cache-Control", "private, no-cache")
                        .expectBody()
                        .returnResult()
                        .getResponseBodyContent();
        assertThat(Objects.requireNonNull(body))
                .isEqualTo(WireJson.MAPPER.writeValueAsBytes(event.toEntity()));
    }

    @Test
    void head_says_the_same_without_the_body() {
        feed.commits().put("entity-head", Write.put("note", "1", "{}"));
        byte[] body =
                feed.as("entity-head")
                        .head()
                        .uri(PATH, "note", "1")
                        .exchange()
                        .expectStatus()
                        .isOk()
                        .expectHeader()
                        .valueEquals("ETag", "\"1\"")
                        .expectHeader()
                        .value("Content-Length", length -> assertThat(length).isNotEqualTo("0"))
                        .expectBody()
                        .returnResult()
                        .getResponseBodyContent();
        assertThat(body).isNullOrEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"1\"", "W/\"1\"", "\"7\", \"1\"", "\"7\",W/\"1\" , \"8\"", "*"})
    void who_has_it_is_told_so(String known) {
        feed.commits().put("entity-known-" + known.hashCode(), Write.put("note", "1", "{}"));
        read("entity-known-" + known.hashCode(), known)
                .expectStatus()
                .isNotModified()
                .expectHeader()
                .valueEquals("ETag", "\"1\"")
                .expectBody()
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"2\"", "W/\"2\"", "1", "\"1", "", "\"11\"", "nonsense, \"", "\"\""})
    void who_has_another_or_says_nonsense_is_given_it(String known) {
        feed.commits().put("entity-other-" + known.hashCode(), Write.put("note", "1", "{}"));
        read("entity-other-" + known.hashCode(), known).expectStatus().isOk();
    }

    private WebTestClient.ResponseSpec read(String user, String known) {
        return feed.as(user).get().uri(PATH, "note", "1").header("If-None-Match", known).exchange();
    }

    @Test
    void what_never_was_is_not_found() {
        feed.commits().put("entity-none", Write.put("note", "1", "{}"));
        feed.problem(ProblemType.NOT_FOUND, "entity-none", PATH, "note", "2");
        feed.problem(ProblemType.NOT_FOUND, "entity-none", PATH, "task", "1");
        feed.problem(ProblemType.NOT_FOUND, "entity-none-at-all", PATH, "note", "1");
    }

    @Test
    void what_was_deleted_is_gone_and_its_tombstone_is_shown() {
        feed.commits().put("entity-gone", Write.put("note", "1", "{}"), Write.delete("note", "1"));
        Problem problem = feed.problem(ProblemType.GONE, "entity-gone", PATH, "note", "1");
        assertThat(Objects.requireNonNull(problem.entity()).version()).isEqualTo(2);
        assertThat(problem.entity().deleted()).isTrue();
        feed.problem(
                ProblemType.GONE,
                feed.as("entity-gone")
                        .get()
                        .uri(PATH, "note", "1")
                        .header("If-None-Match", "\"2\""));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a/b",
                "a\nb",
                "a%2Fb",
                "100%",
                "ä😀",
                "a;b=c",
                "back\\slash",
                "..",
                ".",
                "a b+c",
                "\"q\""
            })
    void any_id_can_be_read_and_goes_back_in_history(String id) {
        String user = "entity-id-" + id.hashCode();
        feed.commits().put(user, Write.put("note", id, "{}"));
        URI uri =
                URI.create(
                        "http://127.0.0.1:%d/v1/spaces/me/entities/note/%s"
                                .formatted(
                                        feed.port(),
                                        URLEncoder.encode(id, StandardCharsets.UTF_8)
                                                .replace("+", "%20")
                                                .replace(".", "%2E")));
        feed.as(user)
                .get()
                .uri(uri)
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody(Entity.class)
                .value(entity -> assertThat(entity.id()).isEqualTo(id));
        feed.as(user).get().uri(URI.create(uri + "/history")).exchange().expectStatus().isOk();
    }

    @Test
    void what_can_be_no_name_is_malformed() {
        feed.problem(ProblemType.MALFORMED_REQUEST, "entity-name", PATH, "Note", "1");
        feed.problem(ProblemType.MALFORMED_REQUEST, "entity-name", PATH, "note", "x".repeat(257));
        feed.problem(ProblemType.NOT_FOUND, "entity-name", PATH, "note", "😀".repeat(256));
    }
}
