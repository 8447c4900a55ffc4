package io.reconverge.wire;

import java.util.List;

/// Writes JSON Pointers: RFC 6901.
final class Pointer {

    /// Characters. Without a limit, a hundred violations under one long name would make an answer
    /// much larger than the request.
    static final int LENGTH_MAX = 2_000;

    private Pointer() {}

    /// The pointer to a member of what `parent` points at, or `parent` itself where the member's
    /// name cannot be part of one: see [Violation].
    static String to(String parent, String member) {
        StringBuilder pointer = new StringBuilder(parent);
        append(pointer, member);
        return pointer.toString();
    }

    static String to(String parent, int index) {
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
        if (pointer.length() + step.length() >= LENGTH_MAX || Text.flawOf(step) != null) {
            return false;
        }
        pointer.append('/').append(step.replace("~", "~0").replace("/", "~1"));
        return true;
    }
}
