package io.reconverge.client;

import org.jspecify.annotations.Nullable;

/// Where access tokens come from. Asked before each request, by any thread and by many at once, so
/// whoever fetches a token from afar keeps it until it is about to expire.
@FunctionalInterface
public interface TokenSupplier {

    /// A token that is good now; null where nobody is signed in.
    ///
    /// @throws Exception when none could be had, though somebody may be signed in: counts as a
    ///   failure of the network
    @Nullable String token() throws Exception;

    /// Always this one.
    static TokenSupplier of(String token) {
        return () -> token;
    }
}
