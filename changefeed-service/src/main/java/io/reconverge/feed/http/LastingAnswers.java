package io.reconverge.feed.http;

import io.reconverge.service.request.RequestId;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.http.server.reactive.HttpHandler;
import org.springframework.http.server.reactive.HttpHandlerDecoratorFactory;
import org.springframework.stereotype.Component;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/// Lets an answer go on when its request has been handled.
///
/// A request stays in memory until its handler ends: itself, its token, its trace, and what every
/// filter of it waits with. An answer that lasts for hours has no use for any of this. So it is
/// handed over to the connection once it has begun: the handler ends, and with it the request's
/// timer and trace, and the connection waits for the rest alone.
@Component
final class LastingAnswers implements HttpHandlerDecoratorFactory {

    private static final String KEY = LastingAnswers.class.getName();

    @Override
    public HttpHandler apply(HttpHandler handler) {
        return (request, response) ->
                Mono.create(connection ->
                        new Handling(connection)
                                .handle(
                                        handler.handle(request, response)
                                                // the server keeps the request, as long as the
                                                // answer lasts
                                                .doOnSuccess(
                                                        _ -> request.getAttributes().clear())));
    }

    /// Hands the rest of an answer over, whose head has been sent.
    ///
    /// @param rest is subscribed to at once, and cancelled when the connection goes
    /// @return completes when it has been handed over
    static Mono<Void> goOn(Mono<Void> rest) {
        return Mono.deferContextual(context -> {
            context.<Handling>get(KEY).goOn(rest, context);
            return Mono.empty();
        });
    }

    /// What a connection waits for: the request's handler, and the rest of its answer. Nothing of
    /// one that has ended is kept.
    private static final class Handling {

        private final MonoSink<Void> connection;
        private final Disposable.Composite running = Disposables.composite();
        private final AtomicInteger awaited = new AtomicInteger(1);

        Handling(MonoSink<Void> connection) {
            this.connection = connection;
            connection.onDispose(running);
        }

        void handle(Mono<Void> request) {
            run(request, Context.of(connection.contextView()).put(KEY, this));
        }

        void goOn(Mono<Void> rest, ContextView request) {
            awaited.incrementAndGet();
            run(rest, RequestId.copy(request, Context.of(connection.contextView())));
        }

        private void run(Mono<Void> part, Context context) {
            Disposable.Swap place = Disposables.swap();
            running.add(place);
            place.update(
                    part.doFinally(end -> running.remove(place))
                            .subscribe(_ -> {}, connection::error, this::ended, context));
        }

        private void ended() {
            if (awaited.decrementAndGet() == 0) {
                connection.success();
            }
        }
    }
}
