package io.reconverge.media.download;

import java.util.List;
import org.springframework.http.ETag;
import org.springframework.http.HttpHeaders;

/// What `If-Match` and `If-None-Match` make of a request, by RFC 9110, section 13.2.2.
///
/// The conditions that go by a date hold: media have none.
enum Precondition {
    HOLDS,
    /// 304: the caller has it.
    NOT_MODIFIED,
    /// 412: the caller wants another.
    FAILED;

    static Precondition of(HttpHeaders request, ETag tag) {
        List<String> wanted = request.getOrEmpty(HttpHeaders.IF_MATCH);
        if (!wanted.isEmpty() && !hasOne(wanted, tag, true)) {
            return FAILED;
        }
        return hasOne(request.getOrEmpty(HttpHeaders.IF_NONE_MATCH), tag, false)
                ? NOT_MODIFIED
                : HOLDS;
    }

    private static boolean hasOne(List<String> fields, ETag tag, boolean strongly) {
        return fields.stream()
                .flatMap(field -> ETag.parse(field).stream())
                .anyMatch(named ->
                        named.isWildcard()
                                || (named.tag().equals(tag.tag()) && !(strongly && named.weak())));
    }
}
