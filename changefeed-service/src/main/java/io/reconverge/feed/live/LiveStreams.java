package io.reconverge.feed.live;

import io.micrometer.core.instrument.MeterRegistry;
import io.reconverge.feed.FeedSettings;
import io.reconverge.feed.http.AnswerMemory;
import io.reconverge.feed.page.TypeFilter;
import io.reconverge.service.access.Admission;
import io.reconverge.wire.Cursor;
import java.time.Clock;
import java.time.Instant;
import java.util.function.Function;
import java.util.function.LongConsumer;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/// Opens live streams.
@Component
public final class LiveStreams {

    private final LiveReaders readers;
    private final Places places;
    private final FeedSettings settings;
    private final AnswerMemory memory;
    private final Clock clock;

    LiveStreams(
            LiveReaders readers,
            FeedSettings settings,
            AnswerMemory memory,
            Clock clock,
            MeterRegistry meters) {
        this.readers = readers;
        this.settings = settings;
        this.memory = memory;
        this.clock = clock;
        this.places =
                new Places(
                        "live streams", settings.streams(), "reconverge.feed.subscribers", meters);
    }

    /// A stream is opened once its first page was read, so that what is wrong with the request, or
    /// the service, is still told by a status.
    ///
    /// @param until when the stream has to end
    /// @param progress is told the version up to which was given, whenever something was
    /// @param writer writes the stream: server-sent events in UTF-8, each part a number of whole
    ///   ones, the next asked for as the reader takes the one before
    /// @throws io.reconverge.service.problem.ProblemException `cursor-expired`, `unavailable`,
    ///   `rate-limited`
    public Mono<Void> open(
            Admission admission,
            Cursor cursor,
            TypeFilter types,
            Instant until,
            LongConsumer progress,
            Function<Flux<byte[]>, Mono<Void>> writer) {
        return Mono.using(
                () -> readers.open(places, admission, types, cursor),
                reader -> {
                    var stream = new LiveStream(reader, settings, memory, clock, until, progress);
                    return stream.first().flatMap(first -> writer.apply(stream.from(first)));
                },
                LiveReader::close);
    }
}
