package io.reconverge.standalone;

import java.io.PrintStream;
import java.util.Locale;

/// What a person at the terminal sees of a start and a stop: one line a part, with the seconds it
/// took.
record Progress(PrintStream out) {

    void started(Listener listener, long begin, String address) {
        out.println(
                String.format(
                        Locale.ROOT,
                        "  %-18s started in %4.1f s   %s",
                        listener.title(),
                        secondsSince(begin),
                        address));
    }

    void stopped(Listener listener, long begin) {
        out.println(
                String.format(
                        Locale.ROOT,
                        "  %-18s stopped in %4.1f s",
                        listener.title(),
                        secondsSince(begin)));
    }

    void say(String line) {
        out.println(line);
    }

    static double secondsSince(long begin) {
        return (System.nanoTime() - begin) / 1e9;
    }
}
