package io.reconverge.feed;

import io.reconverge.service.settings.Bounds;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/// What the feed allows its readers.
///
/// @param pageSize data in one page, after which it ends early; a page has one entity at least
/// @param answersSize answers being written, in all; beyond it: 503
/// @param heartbeat silence on a live stream before a comment is sent
/// @param slowReaderTimeout how long a reader may take nothing of what waits for it, before it is
///   cut off
/// @param streams live streams at once; beyond them: 503
/// @param waitingPolls long polls at once; beyond them: 503
/// @param readersPerSpace streams and long polls on one space at once; beyond them: 429
/// @param bufferEvents changes that wait for one reader; with more it reads PostgreSQL instead
/// @param bufferSize data that waits for one reader; with more it reads PostgreSQL instead
/// @param buffersSize data that waits for all readers
@ConfigurationProperties("reconverge.feed")
public record FeedSettings(
        @DefaultValue("8MB") DataSize pageSize,
        @DefaultValue("128MB") DataSize answersSize,
        @DefaultValue("15s") Duration heartbeat,
        @DefaultValue("30s") Duration slowReaderTimeout,
        @DefaultValue("10000") int streams,
        @DefaultValue("10000") int waitingPolls,
        @DefaultValue("1000") int readersPerSpace,
        @DefaultValue("256") int bufferEvents,
        @DefaultValue("1MB") DataSize bufferSize,
        @DefaultValue("64MB") DataSize buffersSize) {

    private static final Bounds BOUNDS = new Bounds("reconverge.feed");

    public FeedSettings {
        BOUNDS.within("page-size", pageSize, DataSize.ofKilobytes(1), DataSize.ofMegabytes(64));
        BOUNDS.within("answers-size", answersSize, pageSize, DataSize.ofGigabytes(64));
        BOUNDS.within("heartbeat", heartbeat, Duration.ofMillis(50), Duration.ofMinutes(5));
        BOUNDS.within(
                "slow-reader-timeout",
                slowReaderTimeout,
                Duration.ofMillis(50),
                Duration.ofHours(1));
        BOUNDS.within("streams", streams, 1, 1_000_000);
        BOUNDS.within("waiting-polls", waitingPolls, 1, 1_000_000);
        BOUNDS.within("readers-per-space", readersPerSpace, 1, 1_000_000);
        BOUNDS.within("buffer-events", bufferEvents, 1, 100_000);
        BOUNDS.within("buffer-size", bufferSize, DataSize.ofKilobytes(1), DataSize.ofMegabytes(64));
        BOUNDS.within("buffers-size", buffersSize, bufferSize, DataSize.ofGigabytes(64));
    }
}
