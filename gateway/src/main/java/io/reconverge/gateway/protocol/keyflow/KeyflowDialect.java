package io.reconverge.gateway.protocol.keyflow;

import io.reconverge.service.problem.ProblemDialect;
import io.reconverge.wire.Problem;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;

/// Errors as KeyFlow has them: `{"error": title, "message"}`.
@Component
@OnKeyflow
final class KeyflowDialect implements ProblemDialect {

    private static final Set<String> PATHS =
            Set.of("sessions", "progress", "settings", "changes", "resolve");

    @Override
    public Map<String, Object> members(ServerWebExchange exchange, Problem problem) {
        String path = exchange.getRequest().getPath().pathWithinApplication().value();
        if (!path.startsWith(Keyflow.SYNC + "/")
                || !PATHS.contains(path.substring(Keyflow.SYNC.length() + 1))) {
            return Map.of();
        }
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("error", title(problem.status()));
        members.put("message", problem.detail());
        return members;
    }

    private static String title(int status) {
        return switch (status) {
            case 400, 422 -> "Validation Error";
            case 401 -> "Unauthorized";
            case 403 -> "Forbidden";
            case 404 -> "Not Found";
            case 405 -> "Method Not Allowed";
            case 409 -> "Conflict";
            case 410 -> "Gone";
            case 413 -> "Payload Too Large";
            case 415 -> "Unsupported Media Type";
            case 429 -> "Too Many Requests";
            case 503 -> "Service Unavailable";
            default -> status < 500 ? "Bad Request" : "Internal Server Error";
        };
    }
}
