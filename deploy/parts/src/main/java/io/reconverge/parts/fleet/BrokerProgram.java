package io.reconverge.parts.fleet;

import io.reconverge.parts.Broker;
import java.nio.file.Path;

/// A broker in a process of its own. Arguments: its folder, its port, whether it flushes each
/// record, and the port that clients are told.
final class BrokerProgram {
    private BrokerProgram() {}

    public static void main(String[] arguments) throws InterruptedException {
        Broker broker =
                Broker.start(
                        Path.of(arguments[0]),
                        Integer.parseInt(arguments[1]),
                        Boolean.parseBoolean(arguments[2]),
                        Integer.parseInt(arguments[3]));
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(broker::close));
        Thread.currentThread().join();
    }
}
