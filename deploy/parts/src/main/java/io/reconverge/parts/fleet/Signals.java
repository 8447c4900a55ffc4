package io.reconverge.parts.fleet;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.stream.Stream;

/// What Java has no word for.
final class Signals {
    private Signals() {}

    /// @param name without `SIG`
    static void send(String name, List<Long> pids) {
        List<String> command =
                Stream.concat(Stream.of("kill", "-" + name), pids.stream().map(String::valueOf))
                        .toList();
        try {
            new ProcessBuilder(command).inheritIO().start().waitFor();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }
}
