package io.reconverge.gateway.protocol.logdate;

import io.netty.channel.ChannelOption;
import io.reconverge.gateway.proxy.MediaSettings;
import java.time.Duration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.client.ReactorResourceFactory;
import org.springframework.http.client.reactive.ReactorClientHttpConnector;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;

@Configuration(proxyBeanMethods = false)
@OnLogdate
class MediaConfiguration {

    private static final int CONNECTIONS = 500;

    /// Of an answer that is read whole: an entity, or a problem.
    private static final int ANSWER_MAX_BYTES = 512 * 1024;

    @Bean(destroyMethod = "dispose")
    ConnectionProvider logdateMediaConnections(MediaSettings settings) {
        return ConnectionProvider.builder("logdate-media")
                .maxConnections(CONNECTIONS)
                .pendingAcquireMaxCount(CONNECTIONS)
                .pendingAcquireTimeout(settings.connectTimeout())
                .maxIdleTime(Duration.ofSeconds(30))
                .build();
    }

    @Bean
    MediaClient logdateMedia(
            MediaSettings settings,
            ConnectionProvider logdateMediaConnections,
            ReactorResourceFactory resources,
            WebClient.Builder client) {
        HttpClient http =
                HttpClient.create(logdateMediaConnections)
                        .runOn(resources.getLoopResources())
                        .option(
                                ChannelOption.CONNECT_TIMEOUT_MILLIS,
                                (int) settings.connectTimeout().toMillis())
                        .responseTimeout(settings.timeout());
        return new MediaClient(
                client.baseUrl(settings.uri().toString())
                        .clientConnector(new ReactorClientHttpConnector(http))
                        .codecs(codecs -> codecs.defaultCodecs().maxInMemorySize(ANSWER_MAX_BYTES))
                        .build());
    }
}
