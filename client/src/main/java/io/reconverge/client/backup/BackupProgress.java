package io.reconverge.client.backup;

/// How far an export or import is.
///
/// @param what the file being written or read, by its path in the backup
/// @param done entities and bytes of files so far, of `total`
public record BackupProgress(String what, long done, long total) {}
