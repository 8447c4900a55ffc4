package io.reconverge.client;

import io.reconverge.client.replica.ReplicaSettings;
import io.reconverge.client.sync.SyncSettings;
import java.net.URI;
import java.time.Duration;

/// What a client is set to.
///
/// @param server the gateway, such as `https://sync.example.org`
/// @param connectTimeout to make a connection; 100 ms..5 min
/// @param requestTimeout from the first byte sent to the last received, streams and files excepted;
///   1 s..10 min
/// @param live whether to hear of others' changes at once, over a stream, rather than by asking at
///   intervals
/// @param cacheMaxBytes of files that can be fetched again; 0..1 TiB. Files that are still to be
///   sent are not counted, and never removed
public record ClientSettings(
        URI server,
        ReplicaSettings replica,
        SyncSettings sync,
        Duration connectTimeout,
        Duration requestTimeout,
        boolean live,
        long cacheMaxBytes) {

    public ClientSettings {
        within("connectTimeout", connectTimeout, Duration.ofMillis(100), Duration.ofMinutes(5));
        within("requestTimeout", requestTimeout, Duration.ofSeconds(1), Duration.ofMinutes(10));
        if (cacheMaxBytes < 0 || cacheMaxBytes > 1L << 40) {
            throw new IllegalArgumentException(
                    "cacheMaxBytes must be 0..1099511627776, was " + cacheMaxBytes);
        }
    }

    public static ClientSettings of(URI server) {
        return new ClientSettings(
                server,
                ReplicaSettings.defaults(),
                SyncSettings.defaults(),
                Duration.ofSeconds(10),
                Duration.ofSeconds(60),
                true,
                1L << 30);
    }

    /// These, with other settings of the replica.
    public ClientSettings withReplica(ReplicaSettings replica) {
        return new ClientSettings(
                server, replica, sync, connectTimeout, requestTimeout, live, cacheMaxBytes);
    }

    private static void within(String name, Duration value, Duration min, Duration max) {
        if (value.compareTo(min) < 0 || value.compareTo(max) > 0) {
            throw new IllegalArgumentException(
                    "%s must be %s..%s, was %s".formatted(name, min, max, value));
        }
    }
}
