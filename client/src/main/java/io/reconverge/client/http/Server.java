package io.reconverge.client.http;

import io.reconverge.wire.Entity;
import io.reconverge.wire.JsonObject;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What only the server knows. Methods block for a round trip, and throw [SignedOutException] where
/// nobody is signed in, [ProblemException] where the server refuses, and `IOException` where it
/// cannot be reached.
public final class Server {

    private final Origin origin;

    public Server(Origin origin) {
        this.origin = origin;
    }

    public Origin origin() {
        return origin;
    }

    /// An entity's log rows, newest first, as `GET …/history` has them.
    ///
    /// @param cursor where an earlier answer ended; null for the newest
    public JsonObject history(
            String space, String type, String id, @Nullable String cursor, int limit)
            throws IOException, SignedOutException {
        throw new UnsupportedOperationException();
    }

    /// Writes the data that an entity had at a version as a new change.
    public Entity restore(String space, String type, String id, long version)
            throws IOException, SignedOutException {
        throw new UnsupportedOperationException();
    }

    /// `GET /v1/spaces/{space}/status`.
    public JsonObject status(String space) throws IOException, SignedOutException {
        throw new UnsupportedOperationException();
    }

    /// `GET /v1/spaces`.
    public List<JsonObject> spaces() throws IOException, SignedOutException {
        throw new UnsupportedOperationException();
    }
}
