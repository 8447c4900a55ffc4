package io.reconverge.ingest.decide;

import java.util.List;

/// What a batch leaves to be written.
///
/// @param log in order of version within a space
/// @param entities each that got a log row, once, as it stands in the end
/// @param heads of the spaces that changed, once each
/// @param refusals once for each change id, the last one, and none of an id that is in the log: a
///   refusal of a change of that id says nothing of the change that the id names. Changes of those
///   who may not write to the space are not here either, or they could speak in its receipts
public record Written(
        List<LogRow> log, List<EntityRow> entities, List<Head> heads, List<Refusal> refusals) {

    public Written {
        log = List.copyOf(log);
        entities = List.copyOf(entities);
        heads = List.copyOf(heads);
        refusals = List.copyOf(refusals);
    }
}
