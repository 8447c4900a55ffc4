package io.reconverge.gateway.entity;

import static io.reconverge.service.problem.ProblemException.malformed;

import io.reconverge.service.problem.ProblemException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.springframework.http.HttpHeaders;

/// What must hold of an entity for it to be written: `If-Match` and `If-None-Match` (RFC 9110).
sealed interface Precondition {

    /// Entity tags as they are written: an optional mark of weakness, and what is quoted.
    Pattern TAG = Pattern.compile("(W/)?\"([\\x21\\x23-\\x7E\\x80-\\xFF]*)\"");

    /// A version as its tag has it. Longer ones than a long holds are of no entity.
    Pattern VERSION = Pattern.compile("[1-9][0-9]{0,17}");

    /// Anything goes.
    record None() implements Precondition {}

    /// It was not changed since this version of the space.
    record Unchanged(long since) implements Precondition {}

    /// There is none.
    record Absent() implements Precondition {}

    /// There is one.
    record Present() implements Precondition {}

    /// What no entity meets: a weak tag, or one that is not of this service.
    record Unmeetable() implements Precondition {}

    /// @throws ProblemException `malformed-request`
    static Precondition of(HttpHeaders headers) {
        List<String> match = headers.getOrEmpty(HttpHeaders.IF_MATCH);
        List<String> noneMatch = headers.getOrEmpty(HttpHeaders.IF_NONE_MATCH);
        if (match.isEmpty() && noneMatch.isEmpty()) {
            return new None();
        }
        if (match.size() + noneMatch.size() > 1) {
            throw malformed("A write takes one If-Match or If-None-Match, with one value.");
        }
        return match.isEmpty() ? ifNoneMatch(noneMatch.getFirst()) : ifMatch(match.getFirst());
    }

    private static Precondition ifMatch(String value) {
        if (value.equals("*")) {
            return new Present();
        }
        Matcher tag = TAG.matcher(value);
        if (!tag.matches()) {
            throw malformed("If-Match must be the ETag of an entity, such as \"12\", or *.");
        }
        boolean weak = tag.group(1) != null;
        return weak || !VERSION.matcher(tag.group(2)).matches()
                ? new Unmeetable()
                : new Unchanged(Long.parseLong(tag.group(2)));
    }

    private static Precondition ifNoneMatch(String value) {
        if (value.equals("*")) {
            return new Absent();
        }
        throw malformed("If-None-Match of a write must be *.");
    }
}
