package io.reconverge.client.replica;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// One state of a replica, to be read page by page. For the time and the thread of
/// [Replica#snapshot].
public final class Snapshot {

    private final Session session;

    Snapshot(Session session) {
        this.session = session;
    }

    /// All that something is stored of, [Replica#drafts] included, by name.
    public List<String> spaces() {
        return Spaces.names(session);
    }

    /// The types that there are entities of, by name.
    public List<String> types(String space) {
        return Space.types(session, space);
    }

    /// As [Space#list] has them.
    public List<LocalEntity> list(String space, Query query) {
        return Space.list(session, space, query);
    }

    /// As [Uploads#media] has them.
    public List<Medium> media(String space, @Nullable String after, int limit) {
        return Uploads.media(session, space, after, limit);
    }
}
