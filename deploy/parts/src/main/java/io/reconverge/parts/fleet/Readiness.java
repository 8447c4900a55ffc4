package io.reconverge.parts.fleet;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;

/// How to know that a process of a fleet is ready.
///
/// @param uri to be asked; without a path, its port has but to be open
record Readiness(URI uri) {
    private static final int PATIENCE_MILLIS = 2_000;
    private static final int OK = 200;

    static Readiness byActuator(int port) {
        return new Readiness(
                URI.create("http://127.0.0.1:%d/actuator/health/readiness".formatted(port)));
    }

    static Readiness byPort(int port) {
        return new Readiness(URI.create("http://127.0.0.1:" + port));
    }

    boolean isReady() {
        return uri.getPath().isEmpty() ? isOpen() : answers();
    }

    private boolean isOpen() {
        try (var socket = new Socket()) {
            socket.connect(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), uri.getPort()),
                    PATIENCE_MILLIS);
            return true;
        } catch (IOException notYet) {
            return false;
        }
    }

    private boolean answers() {
        try {
            var connection = (HttpURLConnection) uri.toURL().openConnection();
            connection.setConnectTimeout(PATIENCE_MILLIS);
            connection.setReadTimeout(PATIENCE_MILLIS);
            try {
                return connection.getResponseCode() == OK;
            } finally {
                connection.disconnect();
            }
        } catch (IOException notYet) {
            return false;
        }
    }
}
