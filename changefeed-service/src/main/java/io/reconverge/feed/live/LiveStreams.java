package io.reconverge.feed.live;

import io.micrometer.core.instrument.MeterRegistry;
import io.reconverge.feed.FeedSettings;
import io.reconverge.feed.http.AnswerMemory;
import io.reconverge.feed.page.TypeFilter;
import io.reconverge.service.access.Admission;
import io.reconverge.wire.Cursor;
import java.time.Clock;
import java.time.Instant;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiFunction;
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
    /// @param writer writes the stream: its first part, and the parts of the rest, each asked for
    ///   as the reader takes the one before. They are server-sent events in UTF-8, each part a
    ///   number of whole ones
    /// @throws io.reconverge.service.problem.ProblemException `cursor-expired`, `unavailable`,
    ///   `rate-limited`
    public Mono<Void> open(
            Admission admission,
            Cursor cursor,
            TypeFilter types,
            Instant until,
            LongConsumer progress,
            BiFunction<byte[], Flux<byte[]>, Mono<Void>> writer) {
        return Mono.using(
                () -> new Opening(readers.open(places, admission, types, cursor)),
                opening -> {
                    var stream =
                            new LiveStream(
                                    opening.reader, settings, memory, clock, until, progress);
                    Flux<byte[]> rest =
                            Flux.using(opening::handOver, _ -> stream.rest(), LiveReader::close);
                    return stream.first().flatMap(first -> writer.apply(first, rest));
                },
                Opening::close);
    }

    /// A reader that is closed with the rest of its stream, or with its opening if that comes to
    /// none.
    private static final class Opening {

        private final LiveReader reader;
        private final AtomicBoolean done = new AtomicBoolean();

        Opening(LiveReader reader) {
            this.reader = reader;
        }

        LiveReader handOver() {
            if (done.getAndSet(true)) {
                throw new CancellationException("the stream's reader has gone");
            }
            return reader;
        }

        void close() {
            if (!done.getAndSet(true)) {
                reader.close();
            }
        }
    }
}
