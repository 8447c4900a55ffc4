package io.reconverge.media.download;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ETag;
import org.springframework.http.HttpHeaders;

/// How much of a medium a GET asks for, by `Range` and `If-Range` as RFC 9110, section 14, has
/// them.
///
/// One range of bytes is heeded. Several, other units and what is no range are not, as a server may
/// choose: then all is sent.
sealed interface Selection {

    record Whole() implements Selection {}

    /// @param first of its bytes, counted from 0
    /// @param last likewise, and not before the first
    record Part(long first, long last) implements Selection {
        public Part {
            if (first < 0 || last < first) {
                throw new IllegalArgumentException("no range: " + first + "-" + last);
            }
        }

        long length() {
            return last - first + 1;
        }
    }

    /// None of its bytes.
    record Unsatisfiable() implements Selection {}

    Pattern BYTES = Pattern.compile("bytes=(.*)", Pattern.CASE_INSENSITIVE);
    Pattern RANGE = Pattern.compile("([0-9]*)-([0-9]*)");

    /// @param size of the whole, in bytes
    static Selection of(HttpHeaders request, ETag tag, long size) {
        @Nullable Matcher range = range(request);
        if (range == null || !isStillMeant(request, tag)) {
            return new Whole();
        }
        String first = range.group(1);
        String last = range.group(2);
        if (first.isEmpty()) {
            return last.isEmpty() ? new Whole() : suffix(new BigInteger(last), size);
        }
        BigInteger from = new BigInteger(first);
        @Nullable BigInteger to = last.isEmpty() ? null : new BigInteger(last);
        if (to != null && to.compareTo(from) < 0) {
            return new Whole();
        }
        if (from.compareTo(BigInteger.valueOf(size)) >= 0) {
            return new Unsatisfiable();
        }
        BigInteger end = BigInteger.valueOf(size - 1);
        return new Part(from.longValueExact(), (to == null ? end : to.min(end)).longValueExact());
    }

    private static Selection suffix(BigInteger length, long size) {
        long bytes = length.min(BigInteger.valueOf(size)).longValueExact();
        return bytes == 0 ? new Unsatisfiable() : new Part(size - bytes, size - 1);
    }

    /// The one range; lists may have empty members.
    private static @Nullable Matcher range(HttpHeaders request) {
        List<String> fields = request.getOrEmpty(HttpHeaders.RANGE);
        if (fields.size() != 1) {
            return null;
        }
        Matcher bytes = BYTES.matcher(fields.getFirst().strip());
        if (!bytes.matches()) {
            return null;
        }
        List<String> ranges =
                Arrays.stream(bytes.group(1).split(",", -1))
                        .map(String::strip)
                        .filter(range -> !range.isEmpty())
                        .toList();
        if (ranges.size() != 1) {
            return null;
        }
        Matcher range = RANGE.matcher(ranges.getFirst());
        return range.matches() ? range : null;
    }

    /// Only a strong tag says that the ranges are of the same bytes.
    private static boolean isStillMeant(HttpHeaders request, ETag tag) {
        List<String> fields = request.getOrEmpty(HttpHeaders.IF_RANGE);
        return fields.isEmpty()
                || (fields.size() == 1 && fields.getFirst().strip().equals(tag.formattedTag()));
    }
}
