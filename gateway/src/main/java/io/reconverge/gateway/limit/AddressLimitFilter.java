package io.reconverge.gateway.limit;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/// Counts against its address each request that has no valid token. An address that has spent its
/// quota is refused before any token is looked at, which is what costs.
final class AddressLimitFilter implements WebFilter {

    private static final int NETWORK_BYTES = 8;

    private final Limit limit;

    AddressLimitFilter(Limit limit) {
        this.limit = limit;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        if (!Limits.apply(exchange)) {
            return chain.filter(exchange);
        }
        String address = keyOf(exchange.getRequest().getRemoteAddress());
        HttpHeaders answer = exchange.getResponse().getHeaders();
        if (exchange.getRequest().getHeaders().containsHeader(HttpHeaders.AUTHORIZATION)) {
            limit.check(address, answer);
            exchange.getResponse()
                    .beforeCommit(() -> {
                        if (exchange.getResponse().getStatusCode() == HttpStatus.UNAUTHORIZED) {
                            limit.countAnswered(address, answer);
                        }
                        return Mono.empty();
                    });
        } else {
            limit.count(address, answer);
        }
        return chain.filter(exchange);
    }

    /// Who has an IPv6 address has 2^64 of them.
    static String keyOf(@Nullable InetSocketAddress remote) {
        if (remote == null) {
            return "unknown";
        }
        InetAddress address = remote.getAddress();
        if (address == null) {
            try {
                address = InetAddress.ofLiteral(remote.getHostString());
            } catch (IllegalArgumentException name) {
                return remote.getHostString();
            }
        }
        return address instanceof Inet6Address
                ? networkOf(address.getAddress())
                : address.getHostAddress();
    }

    private static String networkOf(byte[] address) {
        Arrays.fill(address, NETWORK_BYTES, address.length, (byte) 0);
        try {
            return InetAddress.getByAddress(address).getHostAddress();
        } catch (UnknownHostException wrongLength) {
            throw new AssertionError(wrongLength);
        }
    }
}
