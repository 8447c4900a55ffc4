package io.reconverge.media.download;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.ETag;
import org.springframework.http.HttpHeaders;

class SelectionTest {

    private static final ETag TAG = new ETag("a", false);

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "bytes=0-0                      | 10 | 0 | 0",
                "bytes=0-9                      | 10 | 0 | 9",
                "bytes=0-10                     | 10 | 0 | 9",
                "bytes=9-                       | 10 | 9 | 9",
                "bytes=3-5                      | 10 | 3 | 5",
                "bytes=-1                       | 10 | 9 | 9",
                "bytes=-10                      | 10 | 0 | 9",
                "bytes=-11                      | 10 | 0 | 9",
                "Bytes=1-2                      | 10 | 1 | 2",
                "BYTES=001-0002                 | 10 | 1 | 2",
                "bytes= 1-2                     | 10 | 1 | 2",
                "bytes=,1-2,                    | 10 | 1 | 2",
                "bytes=1-99999999999999999999   | 10 | 1 | 9",
                "bytes=-99999999999999999999    | 10 | 0 | 9",
                "bytes=4294967296-4294967297    | 5368709120 | 4294967296 | 4294967297",
            })
    void one_range_of_bytes_is_heeded(String range, long size, long first, long last) {
        assertThat(Selection.of(asking(range), TAG, size))
                .isEqualTo(new Selection.Part(first, last));
    }

    @ParameterizedTest
    @CsvSource({
        "bytes=10-, 10",
        "bytes=10-10, 10",
        "bytes=-0, 10",
        "bytes=99999999999999999999-, 10",
        "bytes=0-, 0",
        "bytes=0-0, 0",
        "bytes=-1, 0",
    })
    void a_range_without_bytes_is_told(String range, long size) {
        assertThat(Selection.of(asking(range), TAG, size)).isEqualTo(new Selection.Unsatisfiable());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "bytes=9-5",
                "bytes=99999999999999999999-99999999999999999998",
                "bytes=0-1,3-4",
                "bytes=0-1, -1",
                "bytes=",
                "bytes=,",
                "bytes=-",
                "bytes=--1",
                "bytes=a-b",
                "bytes=1 - 2",
                "bytes =1-2",
                "bytes=1-2;x",
                "bytes=+1-2",
                "bytes=0x1-2",
                "bytes=\u0661-\u0662",
                "bytes 1-2",
                "items=1-2",
                "1-2",
                "",
            })
    void what_is_not_one_range_of_bytes_is_passed_over(String range) {
        assertThat(Selection.of(asking(range), TAG, 10)).isEqualTo(new Selection.Whole());
    }

    @Test
    void two_range_fields_are_passed_over() {
        HttpHeaders request = asking("bytes=0-1");
        request.add(HttpHeaders.RANGE, "bytes=0-1");
        assertThat(Selection.of(request, TAG, 10)).isEqualTo(new Selection.Whole());
    }

    @Test
    void digits_without_end_are_a_number_too() {
        assertThat(Selection.of(asking("bytes=1-" + "9".repeat(15_000)), TAG, 10))
                .isEqualTo(new Selection.Part(1, 9));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "W/\"a\"",
                "\"b\"",
                "a",
                "*",
                "\"a\", \"b\"",
                "Sat, 21 Nov 2026 00:00:00 GMT",
                ""
            })
    void of_other_bytes_there_is_no_range(String ifRange) {
        HttpHeaders request = asking("bytes=1-2");
        request.set(HttpHeaders.IF_RANGE, ifRange);
        assertThat(Selection.of(request, TAG, 10)).isEqualTo(new Selection.Whole());
    }

    @Test
    void of_the_same_bytes_there_is() {
        HttpHeaders request = asking("bytes=1-2");
        request.set(HttpHeaders.IF_RANGE, "\"a\"");
        assertThat(Selection.of(request, TAG, 10)).isEqualTo(new Selection.Part(1, 2));
        request.put(HttpHeaders.IF_RANGE, List.of("\"a\"", "\"a\""));
        assertThat(Selection.of(request, TAG, 10)).isEqualTo(new Selection.Whole());
    }

    private static HttpHeaders asking(String range) {
        var request = new HttpHeaders();
        request.set(HttpHeaders.RANGE, range);
        return request;
    }
}
