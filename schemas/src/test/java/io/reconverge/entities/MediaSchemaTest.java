package io.reconverge.entities;

import static org.assertj.core.api.Assertions.assertThat;

import io.reconverge.wire.JsonObject;
import io.reconverge.wire.OnConflict;
import io.reconverge.wire.StrictJson;
import io.reconverge.wire.Violation;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

/// What a file may be called and be said to be.
class MediaSchemaTest {

    private static final EntitySchemas SCHEMAS = EntitySchemas.load(null, false);

    @ParameterizedTest
    @ValueSource(strings = {"a", "The pier.jpg", "für \"immer\".txt", "…", "😀.png", ".profile"})
    void a_file_name_is_any_text_without_a_path(String fileName) {
        assertThat(faults(media().put("fileName", fileName))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a/b", "..\\b", "a\n", "\ta", "a\u007fb", "a\u0085"})
    void a_file_name_has_no_separators_and_no_control_characters(String fileName) {
        assertThat(faults(media().put("fileName", fileName))).isEqualTo("/fileName");
    }

    @Test
    void a_file_name_has_at_most_255_characters() {
        assertThat(faults(media().put("fileName", "😀".repeat(255)))).isEmpty();
        assertThat(faults(media().put("fileName", "😀".repeat(256)))).isEqualTo("/fileName");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "image/jpeg",
                "image/svg+xml",
                "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
                "text/plain;charset=utf-8",
                "text/plain; charset=\"utf-8\"; format=flowed",
                "video/mp4; codecs=\"avc1.640028, mp4a.40.2\"",
                "a/b; c=\"\\\"\""
            })
    void a_content_type_is_a_media_type(String contentType) {
        assertThat(faults(media().put("contentType", contentType))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "image",
                "image/",
                "/jpeg",
                "*/*",
                "image/*",
                "image/jpeg;",
                "image/jpeg, image/png",
                "text/plain; charset",
                "text/plain; charset=\"utf-8",
                "text/plain; charset=\"a\"b\"",
                "text/plain\r\nSet-Cookie: a=b",
                "text/plain\n",
                "text/plän"
            })
    void nothing_else_is(String contentType) {
        assertThat(faults(media().put("contentType", contentType))).isEqualTo("/contentType");
    }

    @Test
    void a_content_type_has_at_most_255_characters() {
        String longest = "text/plain; a=" + "b".repeat(241);

        assertThat(faults(media().put("contentType", longest))).isEmpty();
        assertThat(faults(media().put("contentType", longest + "b"))).isEqualTo("/contentType");
    }

    @Test
    void a_digest_is_in_lower_case() {
        String digest = media().path("sha256").stringValue();

        assertThat(faults(media().put("sha256", digest.toUpperCase(Locale.ROOT))))
                .isEqualTo("/sha256");
        assertThat(faults(media().put("sha256", digest + "\n"))).isEqualTo("/sha256");
        assertThat(faults(media().put("sha256", digest.substring(1)))).isEqualTo("/sha256");
    }

    @ParameterizedTest
    @CsvSource({"0, ''", "5368709120, ''", "9007199254740992, /size", "-1, /size"})
    void a_size_is_not_negative(long size, String fault) {
        assertThat(faults(media().put("size", size))).isEqualTo(fault);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'type':'note','id':'a/b'}|",
                "{'type':'note','id':'a','role':'cover'}|",
                "{'type':'Note','id':'a'}|/attachedTo/type",
                "{'type':'note','id':''}|/attachedTo/id",
                "{'type':'note'}|/attachedTo",
                "{'id':'a'}|/attachedTo"
            })
    void it_is_attached_to_an_entity(String entity, String fault) {
        ObjectNode media = media();
        media.set("attachedTo", json(entity.replace('\'', '"')));

        assertThat(faults(media)).isEqualTo(fault == null ? "" : fault);
    }

    @Test
    void members_of_others_are_kept_and_the_last_writer_wins() {
        assertThat(faults(media().put("altText", "The pier at dusk"))).isEmpty();
        assertThat(SCHEMAS.onConflict("media")).isEqualTo(OnConflict.LWW);
    }

    private static ObjectNode media() {
        return json(
                """
                {"contentType": "image/jpeg", "size": 3,
                 "sha256": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"}
                """);
    }

    /// Where the faults are; empty when there are none.
    private static String faults(ObjectNode media) {
        return SCHEMAS.check("media", JsonObject.of(media)).stream()
                .map(Violation::pointer)
                .distinct()
                .reduce("", String::concat);
    }

    private static ObjectNode json(String text) {
        return (ObjectNode) StrictJson.parse(text.getBytes(StandardCharsets.UTF_8));
    }
}
