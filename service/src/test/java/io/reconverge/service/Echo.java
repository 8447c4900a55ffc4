package io.reconverge.service;

import io.reconverge.parts.Tokens;
import io.reconverge.service.identity.Caller;
import java.net.URI;
import java.time.Duration;
import java.util.UUID;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.r2dbc.autoconfigure.R2dbcAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Import;
import org.springframework.http.ResponseEntity;
import org.springframework.test.web.reactive.server.WebTestClient;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/// The smallest service there is, on a real port: it tells what it understood of a request.
public final class Echo implements AutoCloseable {

    private final ConfigurableApplicationContext context;

    private Echo(ConfigurableApplicationContext context) {
        this.context = context;
    }

    public static Echo start(Tokens tokens) {
        return start(tokens.issuer(), "--reconverge.identity.jwks-uri=" + tokens.jwksUri());
    }

    public static Echo start(String issuer, String... arguments) {
        String[] all = new String[arguments.length + 3];
        all[0] = "--server.port=0";
        all[1] = "--reconverge.identity.issuer=" + issuer;
        // nothing listens there: no test of this module needs a broker
        all[2] = "--spring.kafka.bootstrap-servers=127.0.0.1:1";
        System.arraycopy(arguments, 0, all, 3, arguments.length);
        return new Echo(
                new SpringApplicationBuilder(Application.class)
                        .web(WebApplicationType.REACTIVE)
                        .properties("spring.config.name=service")
                        .run(all));
    }

    public int port() {
        return context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
    }

    public WebTestClient client() {
        return WebTestClient.bindToServer()
                .baseUrl("http://127.0.0.1:" + port())
                .responseTimeout(Duration.ofSeconds(20))
                .build();
    }

    /// A path as it is, not encoded once more.
    public URI uri(String rawPath) {
        return URI.create("http://127.0.0.1:" + port() + rawPath);
    }

    @Override
    public void close() {
        context.close();
    }

    @SpringBootConfiguration(proxyBeanMethods = false)
    // it reads no tables: what the class path has for services that do is not for it
    @EnableAutoConfiguration(exclude = R2dbcAutoConfiguration.class)
    @Import(Controller.class)
    static class Application {}

    @RestController
    static class Controller {

        @GetMapping("/v1/spaces/{space}")
        Mono<UUID> space(Caller caller, @PathVariable String space) {
            return Mono.just(caller.named(space));
        }

        @GetMapping("/v1/things/{id}")
        Mono<String> thing(@PathVariable String id) {
            return Mono.just(id);
        }

        @GetMapping("/v1/tagged")
        Mono<ResponseEntity<String>> tagged() {
            return Mono.just(ResponseEntity.ok().eTag("\"7\"").body("tagged"));
        }

        @GetMapping("/v1/broken")
        Mono<String> broken() {
            return Mono.error(new IllegalStateException("jdbc:secret"));
        }
    }
}
