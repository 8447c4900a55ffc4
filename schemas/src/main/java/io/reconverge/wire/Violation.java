package io.reconverge.wire;

import static java.util.Objects.requireNonNull;

/// One thing wrong in a document.
///
/// @param pointer RFC 6901, from the document's root; empty for the root itself. It ends early, at
///   the object that holds the fault, where a member's name is too long for it or is no text
/// @param message what is wrong there and what would be right
public record Violation(String pointer, String message) {

    public Violation {
        requireNonNull(pointer, "pointer");
        requireNonNull(message, "message");
    }

    /// The same, told of a larger document.
    ///
    /// @param pointer where in it the document at fault stands, such as `/changes/3/data`
    public Violation under(String pointer) {
        return new Violation(pointer + this.pointer, message);
    }
}
