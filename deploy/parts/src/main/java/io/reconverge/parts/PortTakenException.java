package io.reconverge.parts;

/// Someone else listens on the port that a part was told to use.
public final class PortTakenException extends IllegalStateException {
    private final int port;

    PortTakenException(int port, String part) {
        super("port %d, which the %s needs, is taken".formatted(port, part));
        this.port = port;
    }

    public int port() {
        return port;
    }
}
