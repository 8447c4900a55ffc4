package io.reconverge.client.cli;

import java.util.Locale;

/// How a command ends: what scripts may rely on. Printed by `reconverge --help`.
enum ExitCode {
    OK(0, "Done."),
    FAILED(1, "It failed; what stands on stderr says why."),
    USAGE(2, "The command line or the data given is not valid. Nothing was done."),
    NOT_FOUND(3, "There is no such thing."),
    CONFLICT(4, "Two versions of something stand against each other: see `reconverge conflicts`."),
    SIGNED_OUT(5, "Nobody is signed in, or the server does not take the token."),
    OFFLINE(
            6,
            "The server cannot be reached or is busy. What was written is safe here; try later."),
    LIMIT(7, "There is no room: the queue is full, or what was given is too large."),
    REFUSED(8, "The server refused something: see `reconverge queue list`.");

    private final int code;
    private final String meaning;

    ExitCode(int code, String meaning) {
        this.code = code;
        this.meaning = meaning;
    }

    int code() {
        return code;
    }

    /// One sentence.
    String meaning() {
        return meaning;
    }

    /// Such as `not-found`.
    String slug() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
