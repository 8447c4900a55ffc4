package io.reconverge.ingest;

import io.reconverge.parts.JavaProcess;
import java.util.List;

/// A worker in a process of its own.
final class WorkerProcess {

    private WorkerProcess() {}

    static JavaProcess start(String... arguments) {
        return JavaProcess.start(
                IngestWorkerApplication.class, List.of("-Xmx256m"), List.of(arguments));
    }
}
