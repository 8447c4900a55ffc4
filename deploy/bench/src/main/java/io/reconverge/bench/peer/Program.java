package io.reconverge.bench.peer;

import java.util.List;

/// One process of a peer, with those that it starts itself.
///
/// @param name unlike any other's
/// @param port at which it is ready once that is open
/// @param isClient whether it stands for people's devices, and its work is none of the server's
/// @param command to be run
public record Program(String name, int port, boolean isClient, List<String> command) {
    public Program {
        command = List.copyOf(command);
    }

    static Program server(String name, int port, List<String> command) {
        return new Program(name, port, false, command);
    }
}
