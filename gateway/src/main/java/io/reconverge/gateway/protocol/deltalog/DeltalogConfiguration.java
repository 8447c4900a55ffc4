package io.reconverge.gateway.protocol.deltalog;

import io.reconverge.service.problem.ProblemDialect;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
@ConditionalOnBooleanProperty(name = Logbook.SWITCH, matchIfMissing = true)
class DeltalogConfiguration {

    private static final List<String> PATHS =
            List.of("/api/sync/push", "/api/sync/pull", "/api/sync/status");
    private static final String DELTAS = "/api/sync/v2";

    /// `{"success": false, "error": "…", "code": 400}`: what the app's client shows, and the status
    /// again.
    @Bean
    ProblemDialect deltalogDialect() {
        return (exchange, problem) -> {
            String path = exchange.getRequest().getPath().pathWithinApplication().value();
            if (!PATHS.contains(path) && !path.equals(DELTAS) && !path.startsWith(DELTAS + "/")) {
                return Map.of();
            }
            Map<String, Object> members = new LinkedHashMap<>();
            members.put("success", false);
            members.put("error", problem.detail());
            members.put("code", problem.status());
            return members;
        };
    }
}
