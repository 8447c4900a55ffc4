package io.reconverge.parts;

import java.net.URI;
import java.nio.file.Path;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.blobstore.BlobStore;
import org.gaul.s3proxy.nio2blob.FilesystemNio2BlobStore;
import org.jspecify.annotations.Nullable;

/// S3Proxy in this process. A bucket is a folder, an object a file in it.
final class EmbeddedObjectStore implements ObjectStore {
    private static final String HOST = "127.0.0.1";
    private static final int ACCESS_KEY_BYTES = 10;
    private static final int SECRET_KEY_BYTES = 20;

    private final BlobStore buckets;
    private final String accessKey;
    private final String secretKey;
    private final boolean portIsFixed;
    private int port;
    private @Nullable S3Proxy server;

    private EmbeddedObjectStore(Path directory, int port) {
        this.buckets =
                new FilesystemNio2BlobStore(
                        Folders.createPrivate(directory.resolve("buckets")).toString());
        this.accessKey = KeptSecret.in(directory.resolve("access-key"), ACCESS_KEY_BYTES);
        this.secretKey = KeptSecret.in(directory.resolve("secret-key"), SECRET_KEY_BYTES);
        this.portIsFixed = port != 0;
        this.port = port;
    }

    static EmbeddedObjectStore start(Path directory, int port) {
        QuietLogs.install();
        var store =
                new EmbeddedObjectStore(Folders.createPrivate(directory.toAbsolutePath()), port);
        store.firstStart();
        return store;
    }

    @Override
    public synchronized URI endpoint() {
        return URI.create("http://%s:%d".formatted(HOST, port));
    }

    @Override
    public String accessKey() {
        return accessKey;
    }

    @Override
    public String secretKey() {
        return secretKey;
    }

    @Override
    public void createBucket(String name) {
        if (!buckets.containerExists(name)) {
            buckets.createContainer(name);
        }
    }

    @Override
    public synchronized void start() {
        if (server == null) {
            startOnce();
        }
    }

    @Override
    public synchronized void stop() {
        S3Proxy running = server;
        if (running != null) {
            stop(running);
            server = null;
        }
    }

    @Override
    public void close() {
        stop();
    }

    private synchronized void firstStart() {
        if (portIsFixed) {
            startOnce();
        } else {
            Ports.onFree(free -> {
                port = free;
                startOnce();
            });
        }
    }

    private void startOnce() {
        if (!Ports.isFree(port)) {
            throw new PortTakenException(port, "object store");
        }
        S3Proxy starting =
                S3Proxy.builder()
                        .blobStore(buckets)
                        .endpoint(endpoint())
                        .awsAuthentication(AuthenticationType.AWS_V2_OR_V4, accessKey, secretKey)
                        .ignoreUnknownHeaders(true)
                        .build();
        try {
            starting.start();
        } catch (Exception e) {
            stop(starting);
            if (!Ports.isFree(port)) {
                throw new PortTakenException(port, "object store");
            }
            throw new IllegalStateException(
                    "the object store did not start on port %d".formatted(port), e);
        }
        server = starting;
    }

    private static void stop(S3Proxy server) {
        try {
            server.stop();
        } catch (Exception e) {
            throw new IllegalStateException("the object store did not stop", e);
        }
    }
}
