package io.reconverge.standalone;

import java.util.List;

/// The launcher without the services: broker, database, object store and issuer.
final class PlatformOnly {
    private PlatformOnly() {}

    public static void main(String[] arguments) {
        Standalone.main(addresses -> List.of());
    }
}
