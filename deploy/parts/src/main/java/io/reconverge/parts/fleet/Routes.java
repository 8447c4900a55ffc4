package io.reconverge.parts.fleet;

/// The way that services and other clients take to the broker and the database: for whoever puts
/// something between them.
@FunctionalInterface
public interface Routes {
    Routes DIRECT = (_, port) -> port;

    /// Asked once for each, before the part starts.
    ///
    /// @param part `broker` or `postgres`
    /// @param port where it listens on 127.0.0.1
    /// @return the port on 127.0.0.1 that leads there
    int to(String part, int port);
}
