package io.reconverge.client.backup;

import io.reconverge.client.media.MediaLibrary;
import io.reconverge.client.replica.Replica;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;

/// All of a user's data as a folder or a zip of JSON and files, and back. Needs no network, but to
/// fetch files that are not on this device.
public final class Backup {

    public Backup(Replica replica, MediaLibrary media) {}

    /// Writes everything to `target`: a zip if it ends in `.zip`, else a folder, which must be
    /// empty or not there. The same data gives the same bytes.
    public ExportResult export(Path target, Consumer<BackupProgress> progress) throws IOException {
        throw new UnsupportedOperationException();
    }

    /// Brings a backup into the replica, by each type's conflict rules. Doing it twice does what
    /// doing it once does.
    ///
    /// @param deleted whether what was deleted here since the backup comes back
    public ImportResult restore(Path source, boolean deleted, Consumer<BackupProgress> progress)
            throws IOException {
        throw new UnsupportedOperationException();
    }
}
