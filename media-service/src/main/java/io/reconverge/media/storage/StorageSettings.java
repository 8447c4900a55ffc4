package io.reconverge.media.storage;

import io.reconverge.service.settings.Bounds;
import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// Where the bucket is. What is not set is found where the AWS SDK looks for it: `AWS_REGION`,
/// `AWS_ENDPOINT_URL_S3`, its chain of credentials.
///
/// @param bucket its name; it must be there
/// @param prefix what every key begins with, empty or ending in `/`; it must be this deployment's
///   alone: the sweep removes what it does not know
/// @param endpoint of a store other than AWS's
/// @param publicEndpoint by which clients reach it, for links; by default `endpoint`
/// @param accessKey with `secretKey`, instead of the SDK's chain
/// @param pathStyle whether the bucket stands in the path, as most stores other than AWS's want it
/// @param patience for an answer, tries included; 1s to 5m
/// @param connections to the store, at once; 1 to 10,000
/// @param linkLifetime how long a link to the store is good; 1s to 7d
@ConfigurationProperties("reconverge.media.s3")
public record StorageSettings(
        String bucket,
        @DefaultValue("") String prefix,
        @Nullable URI endpoint,
        @Nullable URI publicEndpoint,
        @Nullable String region,
        @Nullable String accessKey,
        @Nullable String secretKey,
        @DefaultValue("false") boolean pathStyle,
        @DefaultValue("20s") Duration patience,
        @DefaultValue("200") int connections,
        @DefaultValue("5m") Duration linkLifetime) {

    private static final Bounds BOUNDS = new Bounds("reconverge.media.s3");

    @SuppressWarnings("NullAway") // binding hands over null for a setting that is not there
    public StorageSettings {
        if (bucket == null || bucket.isBlank()) {
            throw new IllegalArgumentException("reconverge.media.s3.bucket must be set");
        }
        if (prefix.startsWith("/") || !(prefix.isEmpty() || prefix.endsWith("/"))) {
            throw new IllegalArgumentException(
                    "reconverge.media.s3.prefix must be empty or like folder/, was " + prefix);
        }
        if ((accessKey == null) != (secretKey == null)) {
            throw new IllegalArgumentException(
                    "reconverge.media.s3.access-key and secret-key must be set together");
        }
        BOUNDS.within("patience", patience, Duration.ofSeconds(1), Duration.ofMinutes(5));
        BOUNDS.within("link-lifetime", linkLifetime, Duration.ofSeconds(1), Duration.ofDays(7));
        BOUNDS.within("connections", connections, 1, 10_000);
    }

    /// Without the secret.
    @Override
    public String toString() {
        return "bucket " + bucket + " at " + (endpoint == null ? "AWS" : endpoint);
    }
}
