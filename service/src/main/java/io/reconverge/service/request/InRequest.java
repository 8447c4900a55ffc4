package io.reconverge.service.request;

import io.micrometer.context.ContextSnapshot;
import io.micrometer.context.ContextSnapshotFactory;
import java.util.function.Supplier;
import reactor.core.publisher.Mono;
import reactor.util.context.ContextView;

/// Work with a request's thread locals in place, whichever thread does it: its id and its trace,
/// for logs and for records.
///
/// Reactor could put them in place in every operator (`spring.reactor.context-propagation: auto`).
/// That took up to a third of the gateway's processor time, so it is done where something is logged
/// or sent.
public final class InRequest {

    private static final ContextSnapshotFactory SNAPSHOTS =
            ContextSnapshotFactory.builder().build();

    private InRequest() {}

    /// @param work does what needs the thread locals at once; what it returns is subscribed to
    ///   without them
    public static <T> Mono<T> get(Supplier<Mono<T>> work) {
        return Mono.deferContextual(context -> call(context, work));
    }

    /// @param failure logs what it makes of the failure
    public static <T> Mono<T> error(Supplier<? extends Throwable> failure) {
        return get(() -> Mono.error(failure.get()));
    }

    public static <T> T call(ContextView context, Supplier<T> work) {
        try (ContextSnapshot.Scope _ = SNAPSHOTS.setThreadLocalsFrom(context)) {
            return work.get();
        }
    }

    public static void run(ContextView context, Runnable work) {
        try (ContextSnapshot.Scope _ = SNAPSHOTS.setThreadLocalsFrom(context)) {
            work.run();
        }
    }
}
