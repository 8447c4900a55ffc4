package io.reconverge.service;

import io.reconverge.service.connection.ConnectionConfiguration;
import io.reconverge.service.identity.IdentityConfiguration;
import io.reconverge.service.kafka.KafkaConfiguration;
import io.reconverge.service.problem.ProblemConfiguration;
import io.reconverge.service.request.RequestConfiguration;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.http.client.ReactorResourceFactory;

/// Gives each service what all services have in common, by being on its class path.
@AutoConfiguration(
        beforeName = {
            "org.springframework.boot.kafka.autoconfigure.KafkaAutoConfiguration",
            "org.springframework.boot.http.client.autoconfigure.reactive.ReactiveHttpClientAutoConfiguration",
            "org.springframework.boot.reactor.netty.autoconfigure.NettyReactiveWebServerAutoConfiguration",
            "org.springframework.boot.security.oauth2.server.resource.autoconfigure.reactive.ReactiveOAuth2ResourceServerAutoConfiguration",
            "org.springframework.boot.security.autoconfigure.ReactiveUserDetailsServiceAutoConfiguration",
            "org.springframework.boot.webflux.autoconfigure.error.ErrorWebFluxAutoConfiguration"
        })
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
@Import({
    ConnectionConfiguration.class,
    IdentityConfiguration.class,
    KafkaConfiguration.class,
    ProblemConfiguration.class,
    RequestConfiguration.class
})
public class ServiceAutoConfiguration {

    /// Spring's own uses the event loops of the whole process, and ends them with its context: of
    /// services that share a process, the first to end would cut off the others.
    @Bean
    ReactorResourceFactory reactorResourceFactory() {
        ReactorResourceFactory resources = new ReactorResourceFactory();
        resources.setUseGlobalResources(false);
        return resources;
    }
}
