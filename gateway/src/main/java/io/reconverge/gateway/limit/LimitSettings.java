package io.reconverge.gateway.limit;

import io.reconverge.service.settings.Bounds;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// What one gateway lets through. Short bursts may take a whole minute's worth at once.
///
/// @param addressPerMinute requests a minute without a valid token from one address (IPv6: from one
///   /64 network), 1 to 10,000,000
/// @param userPerMinute requests a minute of one user, 1 to 10,000,000
/// @param tracked addresses, and again users, that are kept count of at once, 1 to 10,000,000; the
///   one not seen for longest is forgotten first
@ConfigurationProperties("reconverge.gateway.limit")
record LimitSettings(
        @DefaultValue("100") int addressPerMinute,
        @DefaultValue("600") int userPerMinute,
        @DefaultValue("50000") int tracked) {

    private static final Bounds BOUNDS = new Bounds("reconverge.gateway.limit");

    private static final int MAX = 10_000_000;

    LimitSettings {
        BOUNDS.within("address-per-minute", addressPerMinute, 1, MAX);
        BOUNDS.within("user-per-minute", userPerMinute, 1, MAX);
        BOUNDS.within("tracked", tracked, 1, MAX);
    }
}
