package io.reconverge.service.request;

import java.util.UUID;
import org.springframework.web.server.ServerWebExchange;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/// The id of a request: a UUID, in the response's [#HEADER], in each line logged for it, and in the
/// records that it becomes.
public final class RequestId {

    public static final String HEADER = "X-Request-Id";

    /// Its name in logs.
    public static final String KEY = "requestId";

    private static final String ATTRIBUTE = RequestId.class.getName();

    private RequestId() {}

    public static UUID of(ServerWebExchange exchange) {
        return exchange.getRequiredAttribute(ATTRIBUTE);
    }

    /// For logs, if the request has its id yet.
    public static Context put(Context context, ServerWebExchange exchange) {
        UUID id = exchange.getAttribute(ATTRIBUTE);
        return id == null ? context : context.put(KEY, id.toString());
    }

    /// The same id, for what goes on when its request has ended.
    public static Context copy(ContextView from, Context to) {
        return from.hasKey(KEY) ? to.put(KEY, from.get(KEY)) : to;
    }

    static void set(ServerWebExchange exchange, UUID id) {
        exchange.getAttributes().put(ATTRIBUTE, id);
        exchange.getResponse().getHeaders().set(HEADER, id.toString());
    }
}
