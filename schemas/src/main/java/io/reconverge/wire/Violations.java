package io.reconverge.wire;

import java.util.ArrayList;
import java.util.List;

/// What was found wrong in a document so far: the first [#MAX] of it.
public final class Violations {

    /// A client mends a mistake that it makes everywhere by seeing it once, and an answer must not
    /// be larger than the question.
    public static final int MAX = 100;

    private final List<Violation> found = new ArrayList<>();

    public boolean isFull() {
        return found.size() == MAX;
    }

    public void add(String pointer, String message) {
        if (!isFull()) {
            found.add(new Violation(pointer, message));
        }
    }

    public void throwIfAny() {
        if (!found.isEmpty()) {
            throw toException();
        }
    }

    /// Only when something was found.
    public InvalidDocument toException() {
        return new InvalidDocument(found);
    }
}
