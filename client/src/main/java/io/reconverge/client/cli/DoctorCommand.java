package io.reconverge.client.cli;

import io.reconverge.client.http.ProblemException;
import io.reconverge.client.http.Server;
import io.reconverge.client.http.SignedOutException;
import io.reconverge.client.media.CacheCheck;
import io.reconverge.client.media.MediaItem;
import io.reconverge.client.replica.Health;
import io.reconverge.client.replica.ParkedChange;
import io.reconverge.client.replica.ReplicaException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "doctor",
        description = {
            "Look whether all is well: the folder, the data, the queue, the token, the server, the files.",
            "Changes nothing but that damaged copies of files go. Ends with 1 when something has failed."
        })
final class DoctorCommand extends Subcommand {

    private static final long FREE_WARN_BYTES = 512L * 1024 * 1024;
    private static final long FREE_FAIL_BYTES = 16L * 1024 * 1024;
    private static final long TOKEN_SOON_MILLIS = 10 * 60_000L;
    private static final long SKEW_MILLIS = 60_000;

    @Option(names = "--offline", description = "Ask no server.")
    private boolean offline;

    enum Verdict {
        OK,
        WARN,
        FAIL
    }

    /// @param name such as `disk`
    /// @param advice what to do, empty where there is nothing
    record Check(String name, Verdict verdict, String finding, String advice) {
        static Check ok(String name, String finding) {
            return new Check(name, Verdict.OK, finding, "");
        }

        static Check warn(String name, String finding, String advice) {
            return new Check(name, Verdict.WARN, finding, advice);
        }

        static Check fail(String name, String finding, String advice) {
            return new Check(name, Verdict.FAIL, finding, advice);
        }
    }

    record CheckDocument(String name, String verdict, String finding, String advice) {}

    record DoctorDocument(boolean healthy, List<CheckDocument> checks) {}

    @Override
    ExitCode run(CommandContext context) throws Exception {
        List<Check> checks = new ArrayList<>();
        checks.add(disk(context));
        boolean readable = data(context, checks);
        if (readable) {
            checks.add(queue(context));
            checks.add(refused(context));
            checks.add(conflicts(context));
            checks.add(files(context));
        }
        checks.add(secrets(context));
        server(context, readable, checks);
        boolean healthy = checks.stream().noneMatch(check -> check.verdict() == Verdict.FAIL);
        if (context.printer().isJson()) {
            context.printer()
                    .document(
                            new DoctorDocument(
                                    healthy,
                                    checks.stream()
                                            .map(check ->
                                                    new CheckDocument(
                                                            check.name(),
                                                            Documents.word(check.verdict()),
                                                            check.finding(),
                                                            check.advice()))
                                            .toList()));
        } else {
            checks.forEach(check -> print(context.printer(), check));
        }
        return healthy ? ExitCode.OK : ExitCode.FAILED;
    }

    private static void print(Printer printer, Check check) {
        String verdict = "%-4s".formatted(Documents.word(check.verdict()));
        String shown =
                switch (check.verdict()) {
                    case OK -> printer.coloured(Printer.Colour.GREEN, verdict);
                    case WARN -> printer.coloured(Printer.Colour.YELLOW, verdict);
                    case FAIL -> printer.coloured(Printer.Colour.RED, verdict);
                };
        printer.line(
                "%s  %-9s  %s%s"
                        .formatted(
                                shown,
                                check.name(),
                                Printer.escaped(check.finding()),
                                check.advice().isEmpty()
                                        ? ""
                                        : ": " + Printer.escaped(check.advice())));
    }

    private static Check disk(CommandContext context) throws IOException {
        context.home().make();
        long free = Files.getFileStore(context.home().folder()).getUsableSpace();
        String finding = Printer.size(free) + " free";
        return free < FREE_FAIL_BYTES
                ? Check.fail("disk", finding, "writes will fail; make room")
                : free < FREE_WARN_BYTES
                        ? Check.warn("disk", finding, "make room before writes fail")
                        : Check.ok("disk", finding);
    }

    /// @return whether the file can be looked into further
    private static boolean data(CommandContext context, List<Check> checks) throws IOException {
        try {
            Health health = context.replica().health();
            checks.add(
                    health.faults().isEmpty()
                            ? Check.ok(
                                    "data",
                                    "sound, %s, schema %d"
                                            .formatted(
                                                    Printer.size(
                                                            Files.size(context.home().replica())),
                                                    health.schemaVersion()))
                            : Check.fail(
                                    "data",
                                    "broken: " + String.join("; ", health.faults()),
                                    "copy the folder away, `reconverge export` what can be read, and begin a new folder"));
            return true;
        } catch (ReplicaException e) {
            checks.add(
                    Check.fail(
                            "data",
                            String.valueOf(e.getMessage()),
                            "copy the folder away before anything else"));
            return false;
        }
    }

    private static Check queue(CommandContext context) throws IOException {
        Health health = context.replica().health();
        String finding = "%d of %d places taken".formatted(health.outbox(), health.outboxMax());
        return health.outbox() >= health.outboxMax()
                ? Check.fail(
                        "queue",
                        finding,
                        "writes are refused; `reconverge sync`, or drop what is stuck")
                : health.outbox() * 10 >= health.outboxMax() * 8L
                        ? Check.warn("queue", finding, "`reconverge sync` before it is full")
                        : Check.ok("queue", finding);
    }

    private static Check refused(CommandContext context) throws IOException {
        List<ParkedChange> parked = new ArrayList<>();
        for (String name : context.syncedSpaceNames()) {
            parked.addAll(context.replica().space(name).parked());
        }
        long stale = parked.stream().filter(ParkedChange::stale).count();
        if (parked.isEmpty()) {
            return Check.ok("refused", "nothing");
        }
        String finding = Printer.count(parked.size(), "change");
        return Check.warn(
                "refused",
                stale == 0 ? finding : "%s, %d of them for long".formatted(finding, stale),
                "`reconverge queue list`, then retry or drop them");
    }

    private static Check conflicts(CommandContext context) throws IOException {
        long open = 0;
        for (String name : context.syncedSpaceNames()) {
            open += context.replica().space(name).counts().conflicts();
        }
        return open == 0
                ? Check.ok("conflicts", "none open")
                : Check.warn(
                        "conflicts",
                        open + " open",
                        "`reconverge conflicts`, then `reconverge resolve`");
    }

    /// Reads the bytes of all files that are here.
    private static Check files(CommandContext context) throws IOException {
        CacheCheck cache = context.client().media().verify();
        if (!cache.lost().isEmpty()) {
            return Check.fail(
                    "files",
                    "damaged before they were sent: "
                            + String.join(
                                    ", ", cache.lost().stream().map(MediaItem::mediaId).toList()),
                    "`reconverge queue drop` them, and put them again");
        }
        String finding =
                "%s here, %s"
                        .formatted(
                                Printer.count(cache.files(), "file"), Printer.size(cache.bytes()));
        return cache.removed().isEmpty()
                ? Check.ok("files", finding)
                : Check.warn(
                        "files",
                        finding,
                        "removed as damaged, and fetched again when wanted: "
                                + cache.removed().size());
    }

    private static Check secrets(CommandContext context) throws IOException {
        return context.home().tokenIsPrivate()
                ? Check.ok("folder", "the token is readable by you alone")
                : Check.fail(
                        "folder",
                        "others can read the token",
                        "chmod 600 %s, and get a new one".formatted(context.home().token()));
    }

    private void server(CommandContext context, boolean readable, List<Check> checks)
            throws IOException {
        URI server = context.home().config().server();
        if (server == null) {
            checks.add(Check.warn("server", "none", "`reconverge login --server URL`"));
            return;
        }
        Token token;
        try {
            Optional<Token> current = context.tokens().current();
            if (current.isEmpty()) {
                checks.add(Check.fail("token", "nobody is signed in", "`reconverge login`"));
                return;
            }
            token = current.get();
        } catch (SignedOutException | IOException e) {
            checks.add(Check.fail("token", String.valueOf(e.getMessage()), "`reconverge login`"));
            return;
        }
        checks.add(
                token(
                        context,
                        token,
                        readable
                                ? context.replica().owner().orElse(token.subject())
                                : token.subject()));
        if (!offline) {
            ask(context, server, token, checks);
        }
    }

    private static Check token(CommandContext context, Token token, String owner)
            throws IOException {
        if (!owner.equals(token.subject())) {
            return Check.fail(
                    "token",
                    "it is %s's, and the data here %s's".formatted(token.subject(), owner),
                    "`reconverge login` as %s, or another --home".formatted(owner));
        }
        Long expiresAt = token.expiresAtMillis();
        String whose = token.subject() + "'s";
        if (expiresAt == null) {
            return Check.ok("token", whose + ", does not expire");
        }
        long left = expiresAt - context.nowMillis();
        String span = context.printer().span(left);
        boolean renewed = context.home().config().tokenCommand() != null;
        return left <= 0
                ? Check.fail(
                        "token", "%s, expired %s ago".formatted(whose, span), "`reconverge login`")
                : left < TOKEN_SOON_MILLIS && !renewed
                        ? Check.warn(
                                "token",
                                "%s, good for %s".formatted(whose, span),
                                "`reconverge login` soon")
                        : Check.ok("token", "%s, good for %s".formatted(whose, span));
    }

    private static void ask(CommandContext context, URI server, Token token, List<Check> checks) {
        try {
            Server.Reached reached = Probe.reach(server, token);
            checks.add(
                    Check.ok(
                            "server",
                            "%s answers in %d ms"
                                    .formatted(server, reached.roundTrip().toMillis())));
            checks.add(clock(context, reached.clockAhead().toMillis()));
        } catch (SignedOutException e) {
            checks.add(
                    Check.fail(
                            "server",
                            "%s does not take the token: %s"
                                    .formatted(server, Failure.messageOf(e)),
                            "`reconverge login`"));
        } catch (ProblemException e) {
            checks.add(
                    Check.fail(
                            "server",
                            "%s says: %s".formatted(server, Failure.messageOf(e)),
                            e.problem().title()));
        } catch (IOException e) {
            checks.add(
                    Check.fail(
                            "server",
                            "%s cannot be reached (%s)".formatted(server, Failure.messageOf(e)),
                            "what is written here waits and is safe"));
        }
    }

    private static Check clock(CommandContext context, long aheadMillis) {
        if (Math.abs(aheadMillis) < SKEW_MILLIS) {
            return Check.ok("clock", "within a minute of the server's");
        }
        return Check.warn(
                "clock",
                "%s %s the server's"
                        .formatted(
                                context.printer().span(aheadMillis),
                                aheadMillis > 0 ? "behind" : "ahead of"),
                "set it: of two edits the later one wins, by the clock");
    }
}
