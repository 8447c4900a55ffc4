package io.reconverge.gateway.protocol.spaces;

import io.reconverge.service.problem.ProblemDialect;
import io.reconverge.wire.Problem;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
@ConditionalOnBooleanProperty(name = Lists.SWITCH, matchIfMissing = true)
class SpacesConfiguration {

    private static final List<String> PATHS = List.of("/api/sync", "/api/sync/initial");
    private static final String AUTH = "/api/auth/";

    /// `{"success": false, "message": "…"}`, which is what the app shows.
    @Bean
    ProblemDialect spacesDialect() {
        return (exchange, problem) -> {
            String path = exchange.getRequest().getPath().pathWithinApplication().value();
            if (!PATHS.contains(path) && !path.startsWith(AUTH)) {
                return Map.of();
            }
            Map<String, Object> members = new LinkedHashMap<>();
            members.put("success", false);
            members.put("message", message(problem));
            return members;
        };
    }

    private static String message(Problem problem) {
        return problem.errors().isEmpty() ? problem.detail() : Outcome.reason(problem);
    }
}
