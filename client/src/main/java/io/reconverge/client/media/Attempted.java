package io.reconverge.client.media;

/// How an attempt to send a file ended.
sealed interface Attempted {

    /// The server has it, as this version of its entity.
    record Stored(long version) implements Attempted {}

    /// The server has all of it, and has not decided about its entity.
    record Undecided() implements Attempted {}

    /// It will not be had as it is.
    record Refused(String problem) implements Attempted {}

    /// The server failed on it, or lost it: a try.
    record Failed(String problem) implements Attempted {}

    /// The server has no time.
    ///
    /// @param retryAfterMillis 0 where it names no time
    record Busy(long retryAfterMillis, String why) implements Attempted {}

    /// No answer, or only a part of one.
    record Broken(String why) implements Attempted {}

    record SignedOut(String why) implements Attempted {}

    /// It was broken off here.
    record Stopped() implements Attempted {}
}
