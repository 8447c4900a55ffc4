package io.reconverge.standalone;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.convert.DurationStyle;

/// What can be set, by environment variables.
///
/// @param data `RECONVERGE_DATA`: the folder that keeps everything, `~/.reconverge` by default
/// @param address `RECONVERGE_ADDRESS`: where the gateway listens, 127.0.0.1 by default; 0.0.0.0
///   lets a phone in
/// @param ports `RECONVERGE_PORT` for the gateway, 8080 by default; `RECONVERGE_BROKER_PORT` and so
///   on for the others, which are otherwise any that are free
/// @param tokenLifetime `RECONVERGE_TOKEN_LIFETIME`, such as `30m`; `12h` by default
record Settings(Path data, String address, Map<Listener, Integer> ports, Duration tokenLifetime) {
    private static final int GATEWAY_PORT = 8080;

    Settings {
        if (tokenLifetime.compareTo(Duration.ofSeconds(10)) < 0
                || tokenLifetime.compareTo(Duration.ofDays(30)) > 0) {
            throw new CannotStart(
                    "RECONVERGE_TOKEN_LIFETIME must be between 10s and 30d, was %s."
                            .formatted(tokenLifetime));
        }
        if (ports.values().stream().distinct().count() != ports.size()) {
            throw new CannotStart(
                    "Two of the RECONVERGE_…PORT variables name the same port: %s."
                            .formatted(ports));
        }
        ports = Map.copyOf(ports);
    }

    static Settings from(Map<String, String> environment) {
        var ports = new EnumMap<Listener, Integer>(Listener.class);
        ports.put(Listener.GATEWAY, GATEWAY_PORT);
        for (Listener listener : Listener.values()) {
            String port = environment.get(listener.variable());
            if (port != null) {
                ports.put(listener, port(listener.variable(), port));
            }
        }
        return new Settings(
                data(environment.get("RECONVERGE_DATA")),
                environment.getOrDefault("RECONVERGE_ADDRESS", "127.0.0.1"),
                ports,
                lifetime(environment.getOrDefault("RECONVERGE_TOKEN_LIFETIME", "12h")));
    }

    /// The gateway's.
    int port() {
        return ports.getOrDefault(Listener.GATEWAY, GATEWAY_PORT);
    }

    private static Path data(@Nullable String folder) {
        try {
            return folder == null || folder.isBlank()
                    ? Path.of(System.getProperty("user.home"), ".reconverge")
                    : Path.of(folder).toAbsolutePath().normalize();
        } catch (InvalidPathException e) {
            throw new CannotStart(
                    "RECONVERGE_DATA is not a folder's name: %s.".formatted(folder), e);
        }
    }

    private static int port(String variable, String text) {
        try {
            int port = Integer.parseInt(text);
            if (port >= 1 && port <= 65_535) {
                return port;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw new CannotStart(
                "%s must be a port from 1 to 65535, was %s.".formatted(variable, text));
    }

    private static Duration lifetime(String text) {
        try {
            return DurationStyle.detectAndParse(text);
        } catch (IllegalArgumentException e) {
            throw new CannotStart(
                    "RECONVERGE_TOKEN_LIFETIME must be a time such as 30m or 12h, was %s."
                            .formatted(text),
                    e);
        }
    }
}
