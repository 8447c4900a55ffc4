package io.reconverge.standalone;

import io.reconverge.parts.PortTakenException;
import io.reconverge.parts.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.Collectors;

/// Which port each part has: the one that was set, else the one it had last, else a free one,
/// remembered from then on. So addresses stay as they are over a restart, and change only when
/// someone else has taken one meanwhile.
final class PortBook {
    /// Clients may know the port that a part had last: it is not given up at the first look.
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private static final int ATTEMPTS = 100;

    private final Path file;
    private final Map<Listener, Integer> configured;
    private final Properties remembered = new Properties();
    private final Set<Integer> given;

    PortBook(Path file, Map<Listener, Integer> configured) {
        this.file = file;
        this.configured = configured;
        this.given = new HashSet<>(configured.values());
        try {
            if (Files.exists(file)) {
                try (var in = Files.newBufferedReader(file)) {
                    remembered.load(in);
                }
            }
            for (Listener listener : Listener.values()) {
                wanted(listener).ifPresent(given::add);
            }
        } catch (IOException | IllegalArgumentException e) {
            throw new CannotStart(
                    "The remembered ports in %s cannot be read; the file may be deleted."
                            .formatted(file),
                    e);
        }
    }

    /// The listener's port, free a moment ago.
    synchronized int of(Listener listener) {
        Optional<Integer> wanted = wanted(listener);
        if (wanted.filter(Ports::isFree).isPresent()) {
            return remember(listener, wanted.get());
        }
        return another(listener);
    }

    /// For a part that can tell itself that its port is taken. It gets the port that it had last
    /// without a look at it: what is left of a killed process may still listen there, and the part
    /// knows how to end that.
    <T> T open(Listener listener, IntFunction<T> start) {
        int first = wanted(listener).orElseGet(() -> another(listener));
        try {
            return start.apply(remember(listener, first));
        } catch (PortTakenException e) {
            return start.apply(
                    Ports.isFreeWithin(first, PATIENCE)
                            ? remember(listener, first)
                            : another(listener));
        }
    }

    private synchronized Optional<Integer> wanted(Listener listener) {
        try {
            return Optional.ofNullable(configured.get(listener))
                    .or(() ->
                            Optional.ofNullable(remembered.getProperty(listener.key()))
                                    .map(Integer::valueOf));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    private synchronized int another(Listener listener) {
        Integer configuredPort = configured.get(listener);
        if (configuredPort != null) {
            throw new CannotStart(
                    "Port %d is taken; set %s to another."
                            .formatted(configuredPort, listener.variable()));
        }
        return remember(listener, unused());
    }

    private int unused() {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            int port = Ports.free();
            if (given.add(port)) {
                return port;
            }
        }
        throw new CannotStart("No free port was found.");
    }

    private synchronized int remember(Listener listener, int port) {
        remembered.setProperty(listener.key(), Integer.toString(port));
        String lines =
                remembered.stringPropertyNames().stream()
                        .sorted()
                        .map(key -> "%s=%s%n".formatted(key, remembered.getProperty(key)))
                        .collect(Collectors.joining());
        try {
            Path beside = file.resolveSibling("ports-unfinished");
            Files.writeString(beside, lines);
            Files.move(
                    beside,
                    file,
                    StandardCopyOption.REPLACE_EXISTING,
                    StandardCopyOption.ATOMIC_MOVE);
            return port;
        } catch (IOException e) {
            throw new CannotStart("The ports cannot be remembered in %s.".formatted(file), e);
        }
    }
}
