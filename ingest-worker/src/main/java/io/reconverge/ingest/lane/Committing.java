package io.reconverge.ingest.lane;

import io.micrometer.core.instrument.Timer;
import io.reconverge.ingest.IngestSettings;
import io.reconverge.ingest.apply.Applied;
import io.reconverge.ingest.apply.Applier;
import io.reconverge.ingest.apply.Applier.Part;
import io.reconverge.ingest.apply.Session;
import io.reconverge.ingest.lane.Inbound.Write;
import java.util.List;

/// What [GroupCommit] does with the parts of several lanes, on a connection of its own.
final class Committing implements GroupCommit.Work<Part, Applied> {

    private final Applier applier;
    private final LaneMetrics metrics;
    private final Session session;

    Committing(Applier applier, LaneMetrics metrics, Session session) {
        this.applier = applier;
        this.metrics = metrics;
        this.session = session;
    }

    @Override
    public List<Applied> commit(List<Part> parts) {
        Timer.Sample sample = metrics.start();
        List<Applied> applied = applier.apply(session, parts);
        metrics.committed(sample, applied);
        return applied;
    }

    @Override
    public void close() {
        session.close();
    }

    /// How much of the largest transaction a part is.
    static double share(Part part, IngestSettings settings) {
        long bytes = 0;
        long changes = 0;
        for (Write write : part.fresh()) {
            bytes += write.size();
            changes += write.request().changes().size();
        }
        return Math.max(
                (double) changes / settings.batchChanges(),
                (double) bytes / settings.batchBytes().toBytes());
    }
}
