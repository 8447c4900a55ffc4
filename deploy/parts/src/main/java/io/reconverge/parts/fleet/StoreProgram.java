package io.reconverge.parts.fleet;

import io.reconverge.parts.ObjectStore;
import java.nio.file.Path;

/// An object store in a process of its own. Arguments: its folder, its port and a bucket to make.
final class StoreProgram {
    private StoreProgram() {}

    public static void main(String[] arguments) throws InterruptedException {
        ObjectStore store =
                ObjectStore.start(Path.of(arguments[0]), Integer.parseInt(arguments[1]));
        store.createBucket(arguments[2]);
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(store::close));
        Thread.currentThread().join();
    }
}
