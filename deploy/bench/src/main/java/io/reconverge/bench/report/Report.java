package io.reconverge.bench.report;

import java.util.List;
import java.util.Map;

/// A whole run.
///
/// @param started in ISO 8601
/// @param commit of the checkout, and whether it was changed since
/// @param command that repeats it
/// @param machine what it ran on
/// @param processes how each was started
public record Report(
        String started,
        String commit,
        String command,
        Map<String, String> machine,
        Map<String, String> processes,
        List<Findings> findings) {}
