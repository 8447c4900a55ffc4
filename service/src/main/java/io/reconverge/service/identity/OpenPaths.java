package io.reconverge.service.identity;

import java.util.List;

/// Path patterns that a service answers without a token: those where one is got.
public record OpenPaths(List<String> patterns) {

    public OpenPaths {
        patterns = List.copyOf(patterns);
    }
}
