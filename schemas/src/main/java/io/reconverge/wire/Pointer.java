package io.reconverge.wire;

import java.util.List;

/// Writes JSON Pointers (RFC 6901) that stop at [#LENGTH_MAX].
public final class Pointer {

    /// Characters. Without a limit, a hundred violations under one long name would make an answer
    /// much larger than the request.
    public static final int LENGTH_MAX = 2_000;

    private Pointer() {}

    /// The pointer to a member of what `parent` points at, or `parent` itself where the member's
    /// name cannot be part of one: see [Violation].
    public static String to(String parent, String member) {
        StringBuilder pointer = new StringBuilder(parent);
        append(pointer, member);
        return pointer.toString();
    }

    /// The pointer itself, or to what holds it where it is too long.
    public static String bounded(String pointer) {
        return pointer.length() <= LENGTH_MAX
                ? pointer
                : pointer.substring(0, pointer.lastIndexOf('/', LENGTH_MAX));
    }

    /// The pointer to an element of what `parent` points at.
    public static String to(String parent, int index) {
        return parent + "/" + index;
    }

    /// @param path from the root: names of members and indices of elements
    static String of(List<String> path) {
        StringBuilder pointer = new StringBuilder();
        for (String step : path) {
            if (!append(pointer, step)) {
                break;
            }
        }
        return pointer.toString();
    }

    private static boolean append(StringBuilder pointer, String step) {
        String escaped = step.replace("~", "~0").replace("/", "~1");
        if (pointer.length() + 1 + escaped.length() > LENGTH_MAX || Text.flawOf(step) != null) {
            return false;
        }
        pointer.append('/').append(escaped);
        return true;
    }
}
