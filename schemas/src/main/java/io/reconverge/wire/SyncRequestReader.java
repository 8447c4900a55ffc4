package io.reconverge.wire;

/// Reads the body of a sync request.
public final class SyncRequestReader {

    private SyncRequestReader() {}

    /// @param receivedAt epoch milliseconds: the `modifiedAt` of changes that say none
    /// @throws InvalidDocument with a pointer to each thing wrong
    public static SyncRequest read(byte[] utf8, long receivedAt) {
        throw new UnsupportedOperationException();
    }
}
