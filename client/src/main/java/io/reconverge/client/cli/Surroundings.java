package io.reconverge.client.cli;

import java.io.Console;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.ZoneId;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a process has around it, so that tests can put something else in its place.
///
/// @param in whether stdin is a terminal; so `outIsTerminal` and `errIsTerminal`
/// @param columns of the terminal, 0 where nobody knows
/// @param secrets asks for a line without showing it; null where there is nobody to ask
record Surroundings(
        Map<String, String> environment,
        InputStream in,
        PrintStream out,
        PrintStream err,
        boolean inIsTerminal,
        boolean outIsTerminal,
        boolean errIsTerminal,
        int columns,
        @Nullable Secrets secrets,
        Clock clock) {

    @FunctionalInterface
    interface Secrets {
        char @Nullable [] read(String prompt);
    }

    /// Those of this process. Java cannot tell which of its streams are terminals, so the launcher
    /// says so (`reconverge.terminals`, such as `0,1,2`); without it they count only all together.
    static Surroundings ofProcess() {
        String terminals = System.getProperty("reconverge.terminals");
        if (terminals == null) {
            terminals = isInteractive() ? "0,1,2" : "";
        }
        return new Surroundings(
                System.getenv(),
                System.in,
                stream(FileDescriptor.out),
                stream(FileDescriptor.err),
                terminals.contains("0"),
                terminals.contains("1"),
                terminals.contains("2"),
                Integer.getInteger("reconverge.columns", 0),
                terminals.contains("0") ? Surroundings::typed : null,
                Clock.system(ZoneId.systemDefault()));
    }

    @SuppressWarnings("SystemConsoleNull") // the console of JDK 25 is null again
    private static boolean isInteractive() {
        Console console = System.console();
        return console != null && console.isTerminal();
    }

    @SuppressWarnings("SystemConsoleNull") // so it is here
    private static char @Nullable [] typed(String prompt) {
        Console console = System.console();
        return console == null ? null : console.readPassword("%s", prompt);
    }

    /// These, with what goes to stdout going to stderr.
    Surroundings toStderr() {
        return new Surroundings(
                environment,
                in,
                err,
                err,
                inIsTerminal,
                errIsTerminal,
                errIsTerminal,
                columns,
                secrets,
                clock);
    }

    /// JSON and what people write is UTF-8, whatever the locale of a script.
    private static PrintStream stream(FileDescriptor descriptor) {
        return new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
    }
}
