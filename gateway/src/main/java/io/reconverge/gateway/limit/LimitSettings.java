package io.reconverge.gateway.limit;

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

    private static final int MAX = 10_000_000;

    LimitSettings {
        require("address-per-minute", addressPerMinute);
        require("user-per-minute", userPerMinute);
        require("tracked", tracked);
    }

    private static void require(String name, int value) {
        if (value < 1 || value > MAX) {
            throw new IllegalArgumentException(
                    "reconverge.gateway.limit." + name + " must be 1.." + MAX + ", was " + value);
        }
    }
}
