package io.reconverge.gateway.protocol.keyflow;

/// Names that the parts of this protocol share.
final class Keyflow {

    static final String PROTOCOL = "keyflow";
    static final String SYNC = "/api/sync";

    static final String SESSION = "keyflow-session";
    static final String PROGRESS = "keyflow-progress";
    static final String SETTINGS = "keyflow-settings";

    static final String ID = "id";
    static final String LAST_MODIFIED = "lastModified";

    /// How often a write is tried anew that others come between.
    static final int ATTEMPTS = 5;

    private Keyflow() {}
}
