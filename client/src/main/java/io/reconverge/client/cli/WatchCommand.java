package io.reconverge.client.cli;

import io.reconverge.client.ReconvergeClient;
import io.reconverge.client.cli.Documents.EntityDocument;
import io.reconverge.client.replica.Commit;
import io.reconverge.client.replica.LocalEntity;
import io.reconverge.client.replica.Replica;
import io.reconverge.client.replica.Space;
import io.reconverge.client.sync.Status;
import io.reconverge.wire.EntityKey;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;

@Command(
        name = "watch",
        description = {
            "Stay and sync: what is written here by other commands is sent, what others write comes at once.",
            "A line for each change, until Ctrl-C."
        })
final class WatchCommand extends Subcommand {

    private static final long CLOSING_SECONDS = 10;

    /// @param event `change`
    /// @param entity absent where it was deleted
    record ChangeDocument(
            String event,
            String space,
            String type,
            String id,
            boolean deleted,
            @Nullable EntityDocument entity) {}

    /// @param event `status`
    record StatusDocument(
            String event,
            String space,
            String phase,
            long waiting,
            long parked,
            long conflicts,
            @Nullable Long lastSuccess,
            @Nullable String lastError) {}

    /// What was said last of each entity, so that a step on its way that changes nothing for people
    /// is not told: as a hash, for there may be many.
    private final Map<EntityKey, Integer> told = new HashMap<>();

    private Status.@Nullable Phase toldPhase;

    @Override
    ExitCode run(CommandContext context) throws Exception {
        ReconvergeClient client = context.signedIn();
        Space space = context.syncedSpace();
        CountDownLatch ended = new CountDownLatch(1);
        CountDownLatch closed = new CountDownLatch(1);
        Thread hook = new Thread(() -> end(ended, closed), "reconverge-watch-end");
        Runtime.getRuntime().addShutdownHook(hook);
        try (Replica.Observation _ =
                client.replica().observe(commit -> tell(context.printer(), space, commit))) {
            client.status(space.name()).subscribe(new Statuses(context.printer()));
            client.start();
            stay(ended);
        } finally {
            client.close();
            closed.countDown();
            forget(hook);
        }
        return ExitCode.OK;
    }

    /// Until the process is asked to end.
    private static void stay(CountDownLatch ended) {
        try {
            ended.await();
        } catch (InterruptedException e) {
            // it was asked to end
        }
    }

    /// Holds the process until the client is closed, though not for ever: killed, it would lose
    /// nothing either.
    @SuppressWarnings("ResultOfMethodCallIgnored")
    private static void end(CountDownLatch ended, CountDownLatch closed) {
        ended.countDown();
        try {
            closed.await(CLOSING_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void forget(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // it is what ends us
        }
    }

    private synchronized void tell(Printer printer, Space space, Commit commit) {
        if (!commit.space().equals(space.name())) {
            return;
        }
        for (EntityKey key : commit.entities()) {
            Optional<LocalEntity> entity = space.get(key.type(), key.id());
            int hash = entity.hashCode();
            if (!Objects.equals(told.put(key, hash), hash)) {
                tell(printer, space, key, entity.orElse(null));
            }
        }
    }

    private static void tell(
            Printer printer, Space space, EntityKey key, @Nullable LocalEntity entity) {
        if (printer.isJson()) {
            printer.document(
                    new ChangeDocument(
                            "change",
                            space.name(),
                            key.type(),
                            key.id(),
                            entity == null,
                            entity == null ? null : EntityDocument.of(space.name(), entity)));
            return;
        }
        String name = Printer.escaped(key.toString());
        printer.line(
                entity == null
                        ? name + "  deleted"
                        : "%s  v%d %s  %s"
                                .formatted(
                                        name,
                                        entity.version(),
                                        Documents.word(entity.standing()),
                                        Printer.escaped(entity.data().text())));
    }

    /// Tells of each phase that lasts, once.
    private final class Statuses implements Flow.Subscriber<Status> {

        private final Printer printer;

        Statuses(Printer printer) {
            this.printer = printer;
        }

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            subscription.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(Status status) {
            switch (status.phase()) {
                case SYNCING, SCHEDULED, STOPPED -> {}
                case PAUSED, SIGNED_OUT, OFFLINE, IDLE, BACKING_OFF -> tell(status);
            }
        }

        private void tell(Status status) {
            if (printer.isJson()) {
                printer.document(
                        new StatusDocument(
                                "status",
                                status.space(),
                                Documents.word(status.phase()),
                                status.counts().pending(),
                                status.counts().parked(),
                                status.counts().conflicts(),
                                status.lastSuccessMillis(),
                                status.lastError()));
            } else if (status.phase() != toldPhase) {
                String error = status.lastError();
                printer.note(
                        "%s: %s%s"
                                .formatted(
                                        Printer.escaped(status.space()),
                                        words(status.phase()),
                                        error == null ? "" : ": " + Printer.escaped(error)));
            }
            toldPhase = status.phase();
        }

        @Override
        public void onError(Throwable thrown) {
            printer.note("no more is known of the sync: " + Failure.of(thrown).getMessage());
        }

        @Override
        public void onComplete() {}
    }

    private static String words(Status.Phase phase) {
        return switch (phase) {
            case IDLE -> "in sync; Ctrl-C ends";
            case BACKING_OFF -> "will try again";
            case SIGNED_OUT -> "signed out; `reconverge login` in another terminal";
            case PAUSED -> "backup is off; `reconverge resume` switches it on";
            case OFFLINE, STOPPED, SCHEDULED, SYNCING -> Documents.word(phase);
        };
    }
}
