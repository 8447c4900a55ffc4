package io.reconverge.media.storage;

import io.micrometer.core.instrument.MeterRegistry;
import java.net.URI;
import java.time.Duration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.S3AsyncClientBuilder;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

@Configuration(proxyBeanMethods = false)
class StorageConfiguration {

    private static final Duration CONNECT = Duration.ofSeconds(2);

    /// The last resort: an attempt's timeout bounds the wait for an answer, and who reads its body
    /// as slowly as a reader of its own takes it bounds that.
    private static final Duration READ = Duration.ofMinutes(5);

    @Bean(destroyMethod = "close")
    S3AsyncClient storageClient(StorageSettings settings) {
        Duration attempt = settings.patience().dividedBy(2);
        S3AsyncClientBuilder client =
                S3AsyncClient.builder()
                        .credentialsProvider(credentials(settings))
                        .forcePathStyle(settings.pathStyle())
                        .overrideConfiguration(calls ->
                                calls.apiCallTimeout(settings.patience())
                                        .apiCallAttemptTimeout(attempt))
                        .httpClientBuilder(
                                NettyNioAsyncHttpClient.builder()
                                        .maxConcurrency(settings.connections())
                                        .maxPendingConnectionAcquires(settings.connections())
                                        .connectionTimeout(CONNECT)
                                        .connectionAcquisitionTimeout(attempt)
                                        .readTimeout(READ)
                                        .writeTimeout(settings.patience())
                                        .tcpKeepAlive(true));
        if (settings.region() != null) {
            client.region(Region.of(settings.region()));
        }
        if (settings.endpoint() != null) {
            client.endpointOverride(settings.endpoint());
        }
        return client.build();
    }

    @Bean(destroyMethod = "close")
    S3Presigner storageLinks(StorageSettings settings) {
        S3Presigner.Builder links =
                S3Presigner.builder()
                        .credentialsProvider(credentials(settings))
                        .serviceConfiguration(
                                S3Configuration.builder()
                                        .pathStyleAccessEnabled(settings.pathStyle())
                                        .build());
        URI endpoint =
                settings.publicEndpoint() == null ? settings.endpoint() : settings.publicEndpoint();
        if (endpoint != null) {
            links.endpointOverride(endpoint);
        }
        if (settings.region() != null) {
            links.region(Region.of(settings.region()));
        }
        return links.build();
    }

    @Bean
    Bucket bucket(
            S3AsyncClient client,
            S3Presigner links,
            StorageSettings settings,
            MeterRegistry meters) {
        return new Bucket(client, links, settings, meters);
    }

    @Bean
    StorageHealthIndicator storageHealthIndicator(S3AsyncClient client, StorageSettings settings) {
        return new StorageHealthIndicator(client, settings);
    }

    private static AwsCredentialsProvider credentials(StorageSettings settings) {
        if (settings.accessKey() == null || settings.secretKey() == null) {
            return DefaultCredentialsProvider.builder().build();
        }
        return StaticCredentialsProvider.create(
                AwsBasicCredentials.create(settings.accessKey(), settings.secretKey()));
    }
}
