package io.reconverge.service.request;

import io.netty.channel.EventLoop;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.netty.Connection;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/// The event loop of a request's connection. What comes in for the request on another thread is
/// best dealt with there: the answer is written there in the end, and each change of threads costs
/// more than a small answer does.
public final class RequestLoop {

    private static final String KEY = RequestLoop.class.getName();

    /// As many as there are event loops.
    private static final ConcurrentHashMap<EventLoop, Scheduler> LOOPS = new ConcurrentHashMap<>();

    private RequestLoop() {}

    /// For work that does not block. Some other thread's where the request did not come over a
    /// connection of Netty's.
    public static Scheduler of(ContextView context) {
        return context.hasKey(KEY) ? context.get(KEY) : Schedulers.parallel();
    }

    static Context put(Context context, ServerWebExchange exchange) {
        Object request = ServerHttpRequestDecorator.getNativeRequest(exchange.getRequest());
        return request instanceof Connection connection
                ? context.put(
                        KEY,
                        LOOPS.computeIfAbsent(
                                connection.channel().eventLoop(), Schedulers::fromExecutor))
                : context;
    }
}
