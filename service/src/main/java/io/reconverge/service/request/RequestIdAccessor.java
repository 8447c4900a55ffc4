package io.reconverge.service.request;

import io.micrometer.context.ThreadLocalAccessor;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/// Carries the request's id from Reactor's context to the logs of whichever thread works for it.
final class RequestIdAccessor implements ThreadLocalAccessor<String> {

    @Override
    public Object key() {
        return RequestId.KEY;
    }

    @Override
    public @Nullable String getValue() {
        return MDC.get(RequestId.KEY);
    }

    @Override
    public void setValue(String id) {
        MDC.put(RequestId.KEY, id);
    }

    @Override
    public void setValue() {
        MDC.remove(RequestId.KEY);
    }
}
