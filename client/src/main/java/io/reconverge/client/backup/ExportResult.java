package io.reconverge.client.backup;

import java.util.List;

/// What a backup holds.
///
/// @param missing paths-to-be of files whose bytes are not on this device and could not be fetched
public record ExportResult(long entities, long files, long bytes, List<String> missing) {}
