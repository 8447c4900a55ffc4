package io.reconverge.service.problem;

import io.reconverge.wire.Problem;
import java.util.Map;
import org.springframework.web.server.ServerWebExchange;

/// What else a problem document says to clients that look for other members than those of RFC 9457.
@FunctionalInterface
public interface ProblemDialect {

    /// @return members in the order of their writing; empty where the request is none of this
    ///   dialect's. One that a problem has by itself is passed over
    Map<String, Object> members(ServerWebExchange exchange, Problem problem);
}
