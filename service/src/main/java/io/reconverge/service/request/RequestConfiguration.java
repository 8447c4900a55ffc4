package io.reconverge.service.request;

import io.micrometer.context.ContextRegistry;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.reactor.netty.NettyRouteProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.codec.ServerCodecConfigurer;
import org.springframework.security.web.server.firewall.ServerWebExchangeFirewall;
import org.springframework.web.reactive.config.WebFluxConfigurer;

@Configuration(proxyBeanMethods = false)
public class RequestConfiguration {

    static {
        ContextRegistry.getInstance().registerThreadLocalAccessor(new RequestIdAccessor());
    }

    @Bean
    @Order(Ordered.HIGHEST_PRECEDENCE)
    RequestIdFilter requestIdFilter(@Value("${reconverge.trust-request-id:false}") boolean trust) {
        return new RequestIdFilter(trust);
    }

    @Bean
    WebFluxConfigurer forms() {
        return new WebFluxConfigurer() {
            @Override
            public void configureHttpMessageCodecs(ServerCodecConfigurer codecs) {
                codecs.customCodecs().registerWithDefaultConfig(new FormReader());
            }
        };
    }

    @Bean
    NettyRouteProvider unreadableAddresses() {
        return new UnreadableAddresses();
    }

    @Bean
    ServerWebExchangeFirewall pathFirewall() {
        return new PathFirewall();
    }
}
