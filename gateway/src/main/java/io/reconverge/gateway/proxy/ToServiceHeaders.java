package io.reconverge.gateway.proxy;

import io.reconverge.service.request.RequestId;
import java.util.Locale;
import org.springframework.cloud.gateway.filter.headers.HttpHeadersFilter;
import org.springframework.http.HttpHeaders;
import org.springframework.web.server.ServerWebExchange;

/// Sends the gateway's request id along, and nothing that a client says of proxies before it.
final class ToServiceHeaders implements HttpHeadersFilter {

    @Override
    public HttpHeaders filter(HttpHeaders sent, ServerWebExchange exchange) {
        HttpHeaders passed = new HttpHeaders();
        sent.forEach((name, values) -> {
            String lower = name.toLowerCase(Locale.ROOT);
            if (!lower.startsWith("x-forwarded-") && !lower.equals("forwarded")) {
                passed.addAll(name, values);
            }
        });
        passed.set(RequestId.HEADER, RequestId.of(exchange).toString());
        return passed;
    }

    @Override
    public boolean supports(Type type) {
        return type == Type.REQUEST;
    }
}
