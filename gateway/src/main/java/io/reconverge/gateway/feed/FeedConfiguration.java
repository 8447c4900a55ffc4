package io.reconverge.gateway.feed;

import io.netty.channel.ChannelOption;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.client.ReactorResourceFactory;
import org.springframework.http.client.reactive.ReactorClientHttpConnector;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;

@Configuration(proxyBeanMethods = false)
class FeedConfiguration {

    /// Of an answer that is read whole: a page, which the feed bounds, and one item beyond.
    private static final int ANSWER_MAX_BYTES = 16 * 1024 * 1024;

    @Bean(destroyMethod = "dispose")
    ConnectionProvider feedConnections(FeedSettings settings) {
        return ConnectionProvider.builder("feed")
                .maxConnections(settings.connections())
                .pendingAcquireMaxCount(settings.connections())
                .pendingAcquireTimeout(settings.connectTimeout())
                // less than the feed keeps an idle connection
                .maxIdleTime(java.time.Duration.ofSeconds(30))
                .build();
    }

    @Bean
    FeedClient feedClient(
            FeedSettings settings,
            ConnectionProvider feedConnections,
            ReactorResourceFactory resources,
            WebClient.Builder client) {
        HttpClient http =
                HttpClient.create(feedConnections)
                        .runOn(resources.getLoopResources())
                        .option(
                                ChannelOption.CONNECT_TIMEOUT_MILLIS,
                                (int) settings.connectTimeout().toMillis())
                        .responseTimeout(settings.timeout());
        return new FeedClient(
                client.baseUrl(settings.uri().toString())
                        .clientConnector(new ReactorClientHttpConnector(http))
                        .codecs(codecs -> codecs.defaultCodecs().maxInMemorySize(ANSWER_MAX_BYTES))
                        .build());
    }
}
