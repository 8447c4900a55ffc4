package io.reconverge.client.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.reconverge.client.http.ProblemException;
import io.reconverge.client.http.SignedOutException;
import io.reconverge.client.replica.OutboxFullException;
import io.reconverge.client.replica.ReplicaException;
import io.reconverge.client.replica.UploadsFullException;
import io.reconverge.wire.InvalidDocument;
import io.reconverge.wire.Problem;
import io.reconverge.wire.Violation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/// A command that cannot do what it was asked to, in words for people.
final class Failure extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final ExitCode exitCode;
    private final transient @Nullable Problem problem;
    private final transient List<Violation> errors;

    Failure(ExitCode exitCode, String message) {
        this(exitCode, message, null, null, List.of());
    }

    private Failure(
            ExitCode exitCode,
            String message,
            @Nullable Throwable cause,
            @Nullable Problem problem,
            List<Violation> errors) {
        super(message, cause);
        this.exitCode = exitCode;
        this.problem = problem;
        this.errors = errors;
    }

    ExitCode exitCode() {
        return exitCode;
    }

    /// What is wrong in the data that was given, else empty.
    List<Violation> errors() {
        return errors;
    }

    /// What a command threw, as what it means to whoever called it.
    static Failure of(Throwable thrown) {
        return switch (thrown) {
            case Failure failure -> failure;
            case OutboxFullException full ->
                    failure(
                            ExitCode.LIMIT,
                            full,
                            full.getMessage()
                                    + "; `reconverge sync` sends them, `reconverge queue list` shows what is stuck");
            case UploadsFullException full -> failure(ExitCode.LIMIT, full, messageOf(full));
            case ReplicaException replica -> failure(ExitCode.FAILED, replica, messageOf(replica));
            case InvalidDocument invalid ->
                    new Failure(
                            ExitCode.USAGE,
                            "the data is not valid",
                            invalid,
                            null,
                            invalid.violations());
            case SignedOutException signedOut ->
                    failure(
                            ExitCode.SIGNED_OUT,
                            signedOut,
                            messageOf(signedOut) + "; see `reconverge login --help`");
            case ProblemException refused ->
                    new Failure(
                            exitCodeOf(refused.problem().status()),
                            "the server says: %s %s"
                                    .formatted(
                                            refused.problem().title(), refused.problem().detail()),
                            refused,
                            refused.problem(),
                            refused.problem().errors());
            case NoSuchFileException missing ->
                    failure(ExitCode.NOT_FOUND, missing, "there is no " + missing.getFile());
            case AccessDeniedException denied ->
                    failure(ExitCode.FAILED, denied, denied.getFile() + " must not be touched");
            case FileAlreadyExistsException there ->
                    failure(ExitCode.FAILED, there, there.getFile() + " is there already");
            case FileSystemException file -> failure(ExitCode.FAILED, file, messageOf(file));
            case UncheckedIOException io -> of(Objects.requireNonNull(io.getCause()));
            case IOException network ->
                    failure(
                            ExitCode.OFFLINE,
                            network,
                            "the server cannot be reached: %s".formatted(messageOf(network)));
            case CompletionException wrapped when wrapped.getCause() != null ->
                    of(wrapped.getCause());
            case ExecutionException wrapped when wrapped.getCause() != null ->
                    of(wrapped.getCause());
            default ->
                    failure(
                            ExitCode.FAILED,
                            thrown,
                            "this should not happen: %s (--verbose tells more)".formatted(thrown));
        };
    }

    /// What went wrong with files of this machine, where no server had a part in it.
    static Failure local(IOException thrown) {
        return thrown instanceof FileSystemException
                ? of(thrown)
                : failure(ExitCode.FAILED, thrown, messageOf(thrown));
    }

    private static Failure failure(ExitCode exitCode, Throwable cause, String message) {
        return new Failure(exitCode, message, cause, null, List.of());
    }

    /// Some exceptions of the network say nothing but their name.
    static String messageOf(Throwable thrown) {
        return thrown.getMessage() == null
                ? thrown.getClass().getSimpleName()
                : thrown.getMessage();
    }

    private static ExitCode exitCodeOf(int status) {
        return switch (status) {
            case 401 -> ExitCode.SIGNED_OUT;
            case 404, 410 -> ExitCode.NOT_FOUND;
            case 409, 412 -> ExitCode.CONFLICT;
            case 413, 507 -> ExitCode.LIMIT;
            case 408, 429 -> ExitCode.OFFLINE;
            default -> status >= 500 ? ExitCode.OFFLINE : ExitCode.REFUSED;
        };
    }

    /// As `--json` tells it: like a problem of RFC 9457; the server's own where it is one.
    ///
    /// @param exitCode of this process
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    record Document(
            String type, String title, String detail, int exitCode, List<Violation> errors) {}

    Document document() {
        String detail = Objects.requireNonNullElse(getMessage(), "");
        return problem == null
                ? new Document(
                        "urn:reconverge:cli:" + exitCode.slug(),
                        exitCode.meaning(),
                        detail,
                        exitCode.code(),
                        errors)
                : new Document(
                        problem.type(), problem.title(), problem.detail(), exitCode.code(), errors);
    }
}
