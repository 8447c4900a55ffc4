package io.reconverge.parts;

import java.net.URI;
import java.nio.file.Path;

/// A store that speaks S3 and keeps what it acknowledged, over [#stop] and [#start], and over a
/// kill of the process.
///
/// Buckets are named in the path, not in the host. Requests are to be signed; nothing is public.
public sealed interface ObjectStore extends AutoCloseable
        permits EmbeddedObjectStore, ContainerObjectStore {

    /// Starts a store in this process, and returns once it answers. Only 127.0.0.1 reaches it, with
    /// the keys.
    ///
    /// @param directory where its objects and keys are, or will be; made when absent
    /// @param port on 127.0.0.1; 0 takes a free one, kept from then on
    static ObjectStore start(Path directory, int port) {
        return EmbeddedObjectStore.start(directory, port);
    }

    /// The same for as long as this object lives; with no path.
    URI endpoint();

    /// What requests are to be signed for.
    default String region() {
        return "us-east-1";
    }

    String accessKey();

    String secretKey();

    /// Makes a bucket, unless there is one of this name. It must run.
    ///
    /// @param name as S3 has it: lower-case letters, digits, dots and hyphens, 3 to 63 of them
    void createBucket(String name);

    /// Starts a stopped store again, on the same port and data; does nothing when it runs.
    void start();

    /// Stops it, and ends what is under way; does nothing when it is stopped.
    void stop();

    @Override
    void close();
}
