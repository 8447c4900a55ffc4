package io.reconverge.client.backup;

import java.util.function.Consumer;

/// Tells how far an export or import is: each file at its beginning, and within it after so much.
final class Tracker {

    private static final long SPACING = 1 << 20;

    private final Consumer<BackupProgress> told;
    private final long total;
    private String what = "";
    private long done;
    private long toldAt;

    /// @param total entities and bytes of files; an estimate will do
    Tracker(Consumer<BackupProgress> told, long total) {
        this.told = told;
        this.total = total;
    }

    void begin(String path) {
        what = path;
        tell();
    }

    void did(long more) {
        done += more;
        if (done - toldAt >= SPACING) {
            tell();
        }
    }

    void end() {
        done = total;
        tell();
    }

    private void tell() {
        toldAt = done;
        told.accept(new BackupProgress(what, Math.min(done, total), total));
    }
}
