package io.reconverge.gateway.protocol.logdate;

import io.reconverge.service.problem.ProblemDialect;
import io.reconverge.wire.Entity;
import io.reconverge.wire.Problem;
import io.reconverge.wire.ProblemType;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;

/// Errors as each generation of LogDate's clients looks for them: `{"code", "message",
/// "timestamp"}`, and the first two within `error` again. A conflict has the row that stands as
/// `current`.
@Component
@OnLogdate
final class LogdateDialect implements ProblemDialect {

    private static final String URN = ProblemType.CONFLICT.urn().replaceAll("[^:]*$", "");

    private final Clock clock;

    LogdateDialect(Clock clock) {
        this.clock = clock;
    }

    @Override
    public Map<String, Object> members(ServerWebExchange exchange, Problem problem) {
        String path = exchange.getRequest().getPath().pathWithinApplication().value();
        if (!path.equals(Logdate.SYNC) && !path.startsWith(Logdate.SYNC + "/")) {
            return Map.of();
        }
        String code = code(problem);
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("code", code);
        members.put("message", problem.detail());
        members.put("timestamp", clock.instant().toString());
        members.put("error", Map.of("code", code, "message", problem.detail()));
        Entity standing = problem.entity();
        if (standing != null) {
            members.put("current", Rows.of(standing));
        }
        return members;
    }

    private static String code(Problem problem) {
        return switch (problem.status()) {
            case 400 -> "VALIDATION_ERROR";
            case 401 -> "UNAUTHORIZED";
            case 403 -> "FORBIDDEN";
            case 404 -> "NOT_FOUND";
            case 413 -> "PAYLOAD_TOO_LARGE";
            default -> problem.type().replace(URN, "").replace('-', '_').toUpperCase(Locale.ROOT);
        };
    }
}
