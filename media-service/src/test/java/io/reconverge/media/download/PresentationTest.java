package io.reconverge.media.download;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.ContentDisposition;
import org.springframework.http.MediaType;

class PresentationTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "image/png",
                "image/jpeg",
                "IMAGE/WEBP",
                "image/gif; q=1",
                "image/avif",
                "audio/mpeg",
                "audio/ogg; codecs=opus",
                "video/mp4",
                "video/webm; codecs=\"vp8, vorbis\"",
            })
    void images_of_pixels_sound_and_video_are_shown(String type) {
        Presentation shown = Presentation.of(type, null);
        assertThat(shown.disposition().isInline()).isTrue();
        assertThat(shown.type()).isEqualTo(MediaType.parseMediaType(type));
        assertThat(shown.forAnotherOrigin()).isEqualTo(shown);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "text/html",
                "image/svg+xml",
                "IMAGE/SVG+XML; charset=utf-8",
                "image/svg",
                "image/vnd.djvu+xml",
                "image/unheard-of",
                "audio/x+xml",
                "video/x+xml",
                "application/xhtml+xml",
                "application/javascript",
                "application/pdf",
                "text/plain",
                "multipart/x-mixed-replace; boundary=a",
                "model/x3d+xml",
            })
    void what_could_run_is_kept_as_a_file_and_nameless_elsewhere(String type) {
        Presentation kept = Presentation.of(type, "a.svg");
        assertThat(kept.disposition().isAttachment()).isTrue();
        assertThat(kept.type()).isEqualTo(MediaType.parseMediaType(type));
        assertThat(kept.forAnotherOrigin().type()).isEqualTo(MediaType.APPLICATION_OCTET_STREAM);
        assertThat(kept.forAnotherOrigin().disposition()).isEqualTo(kept.disposition());
    }

    @ParameterizedTest
    @NullAndEmptySource
    @ValueSource(
            strings = {
                "image",
                "image/",
                "/png",
                "*/*",
                "image/*",
                "image/png\r\nSet-Cookie: a=b",
                "image/png\n",
                "image/png; x=\u00e4",
                "image/png; x=\"\u00e4\"",
                "image/pn\u0000g",
                "image/png, text/html",
                "im age/png",
                "{\"a\":1}",
                "text/plain; charset=unheard-of",
            })
    void what_is_no_media_type_is_bytes(@Nullable String type) {
        assertThat(Presentation.of(type, null).type())
                .isEqualTo(MediaType.APPLICATION_OCTET_STREAM);
        assertThat(Presentation.of(type, null).disposition().isAttachment()).isTrue();
    }

    @Test
    void nor_is_what_is_too_long() {
        assertThat(Presentation.of("image/" + "p".repeat(300), null).type())
                .isEqualTo(MediaType.APPLICATION_OCTET_STREAM);
    }

    @ParameterizedTest
    @MethodSource("names")
    void a_name_is_what_is_left_of_it(String given, @Nullable String expected) {
        assertThat(nameIn(Presentation.of("image/png", given))).isEqualTo(expected);
    }

    static Object[][] names() {
        return new Object[][] {
            {"The pier.jpg", "The pier.jpg"},
            {"Gr\u00f6\u00dfe \u540d\u524d.png", "Gr\u00f6\u00dfe \u540d\u524d.png"},
            // a family, joined of four
            {
                "\ud83d\udc68\u200d\ud83d\udc69\u200d\ud83d\udc67.png",
                "\ud83d\udc68\u200d\ud83d\udc69\u200d\ud83d\udc67.png"
            },
            {"a\"b.txt", "a\"b.txt"},
            {"a;b='c%41.txt", "a;b='c%41.txt"},
            {"../../etc/passwd", ".._.._etc_passwd"},
            {"C:\\Windows\\a.exe", "C:_Windows_a.exe"},
            {"a\r\nSet-Cookie: b=c", "aSet-Cookie: b=c"},
            {"a\u0000\u0007\u007f\u0085b", "ab"},
            {"a\u2028b\u2029c", "abc"},
            // shown from right to left it would end in .jpg
            {"photo\u202egpj.exe", "photogpj.exe"},
            {"\u2066\u2067a\u2069\u200e\u200f\u061c\ufeff", "a"},
            {"lone \ud800 half", "lone  half"},
            {"  spaces  ", "spaces"},
            {".gitignore", ".gitignore"},
            {"..", null},
            {". .", null},
            {"", null},
            {"\u202e", null},
        };
    }

    @Test
    void a_name_without_end_is_cut_between_characters() {
        String cut = nameIn(Presentation.of("image/png", "\ud83d\udc68".repeat(10_000)));
        assertThat(cut).isEqualTo("\ud83d\udc68".repeat(Presentation.NAME_MAX));
    }

    @Test
    void the_contracts_example() {
        assertThat(Presentation.of("image/jpeg", "The pier.jpg").disposition())
                .hasToString("inline; filename=\"The pier.jpg\"; filename*=UTF-8''The%20pier.jpg");
        assertThat(Presentation.of("text/html", null).disposition()).hasToString("attachment");
    }

    @ParameterizedTest
    @CsvSource({"1", "2", "3", "4"})
    void whatever_is_in_a_name_a_type_or_both_the_fields_are_sound(long seed) {
        var random = new Random(seed);
        for (int round = 0; round < 5_000; round++) {
            Presentation shown = Presentation.of(noise(random), noise(random));
            assertSound(shown.type().toString(), 255 + 20);
            assertSound(shown.disposition().toString(), 4_000);
            String name = nameIn(shown);
            if (name != null) {
                assertThat(name).doesNotContain("/", "\\", "\r", "\n", "\u0000", "\u202e");
            }
        }
    }

    private static @Nullable String nameIn(Presentation shown) {
        String field = shown.disposition().toString();
        assertSound(field, 4_000);
        return ContentDisposition.parse(field).getFilename();
    }

    /// As RFC 9110 wants a field's value.
    private static void assertSound(String value, int max) {
        assertThat(value.length()).isLessThan(max);
        assertThat(value.chars()).allMatch(c -> c >= ' ' && c < 0x7F);
        assertThat(value.getBytes(StandardCharsets.UTF_8)).hasSize(value.length());
    }

    private static String noise(Random random) {
        String[] likely = {
            "image/", "png", "\r\n", "\"", "\\", "/", ";", "=", "..", "%", "'", "\u202e", "*"
        };
        var text = new StringBuilder();
        int parts = random.nextInt(12);
        for (int i = 0; i < parts; i++) {
            switch (random.nextInt(4)) {
                case 0 -> text.append(likely[random.nextInt(likely.length)]);
                case 1 -> text.append((char) random.nextInt(0x100));
                case 2 -> text.append((char) random.nextInt(0x10000));
                default -> text.appendCodePoint(random.nextInt(0x110000));
            }
        }
        return text.toString();
    }
}
