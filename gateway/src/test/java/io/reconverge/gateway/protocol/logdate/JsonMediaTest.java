package io.reconverge.gateway.protocol.logdate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reconverge.wire.InvalidDocument;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonMediaTest {

    private static final String ABOUT =
            "\"contentId\":\"n\",\"fileName\":\"f\",\"mimeType\":\"a/b\"";

    private static JsonMedia read(String members) {
        return JsonMedia.read(
                ("{" + ABOUT + "," + members + "}").getBytes(StandardCharsets.UTF_8), "");
    }

    @ParameterizedTest
    @ValueSource(strings = {"[-1,0,127,-128]", "[255,0,127,128]", "\"/wB/gA==\""})
    void bytes_are_signed_or_unsigned_integers_or_base64(String data) {
        assertThat(read("\"data\":" + data + ",\"sizeBytes\":4").bytes())
                .containsExactly(-1, 0, 127, -128);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"data\":[256]",
                "\"data\":[1.5]",
                "\"data\":[\"1\"]",
                "\"data\":[9999999999999999999999]",
                "\"data\":{}",
                "\"data\":null",
                "\"data\":[1],\"sizeBytes\":2",
                "\"data\":[1],\"sizeBytes\":99999999999999999999",
                "\"data\":[1],\"sizeBytes\":\"1\"",
                "\"data\":[1],\"deviceId\":7",
                "\"data\":[1],\"contentId\":\"a\\u0000\"",
                "\"data\":[1"
            })
    void what_is_no_medium_is_refused(String members) {
        assertThatThrownBy(() -> read(members)).isInstanceOf(InvalidDocument.class);
    }

    @Test
    void a_note_names_its_medium_by_a_download_url_or_a_reference() {
        Links links = new Links("https://one.example");
        assertThat(Links.mediaIdIn(links.download("a/b ç"))).contains("a/b ç");
        assertThat(Links.mediaIdIn("reconverge:media/m-1")).contains("m-1");
        assertThat(Links.mediaIdIn("file:///pier.jpg")).isEqualTo(Optional.empty());
        assertThat(Links.mediaIdIn("")).isEmpty();
        assertThat(Links.mediaIdIn("https://x/api/v1/sync/media/%zz")).isEmpty();
    }
}
