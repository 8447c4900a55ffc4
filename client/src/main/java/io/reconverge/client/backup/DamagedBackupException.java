package io.reconverge.client.backup;

import java.io.IOException;

/// A backup is not what it says, or was not written by Reconverge. Nothing of it was brought in.
public final class DamagedBackupException extends IOException {

    private static final long serialVersionUID = 1;

    /// @param file its path in the backup, with a line where there is one
    DamagedBackupException(String file, String what) {
        super(file + ": " + what);
    }
}
