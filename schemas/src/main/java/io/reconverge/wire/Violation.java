package io.reconverge.wire;

/// One thing wrong in a document.
///
/// @param pointer RFC 6901, from the document's root; empty for the root itself
/// @param message what is wrong there and what would be right
public record Violation(String pointer, String message) {}
