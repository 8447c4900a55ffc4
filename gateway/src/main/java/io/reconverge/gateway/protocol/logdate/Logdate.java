package io.reconverge.gateway.protocol.logdate;

import io.reconverge.gateway.protocol.DerivedIds;

/// Names that the parts of this protocol share.
final class Logdate {

    static final String PROTOCOL = "logdate";
    static final String SYNC = "/api/v1/sync";

    static final String NOTE = "logdate-note";
    static final String JOURNAL = "logdate-journal";
    static final String ASSOCIATION = "logdate-association";
    static final String MEDIA = "media";

    /// How often a write is tried anew that others come between.
    static final int ATTEMPTS = 5;

    private Logdate() {}

    /// The medium of a note: it has one, which a further upload replaces.
    static String mediaIdOf(String contentId) {
        return DerivedIds.of(PROTOCOL, MEDIA, contentId).toString();
    }
}
