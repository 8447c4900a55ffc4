package io.reconverge.wire;

import java.util.ArrayList;
import java.util.List;

/// What was found wrong in a document so far: the first [#MAX] of it.
final class Violations {

    /// A client mends a mistake that it makes everywhere by seeing it once, and an answer must not
    /// be larger than the question.
    static final int MAX = 100;

    private final List<Violation> found = new ArrayList<>();

    boolean isFull() {
        return found.size() == MAX;
    }

    void add(String pointer, String message) {
        if (!isFull()) {
            found.add(new Violation(pointer, message));
        }
    }

    void throwIfAny() {
        if (!found.isEmpty()) {
            throw toException();
        }
    }

    /// Only when something was found.
    InvalidDocument toException() {
        return new InvalidDocument(found);
    }
}
