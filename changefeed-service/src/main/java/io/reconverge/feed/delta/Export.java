package io.reconverge.feed.delta;

import io.reconverge.feed.page.EntityPages;
import io.reconverge.feed.page.Page;
import io.reconverge.feed.page.PageLimit;
import io.reconverge.service.access.SpaceAccess;
import io.reconverge.wire.Cursor;
import io.reconverge.wire.Entity;
import io.reconverge.wire.WireJson;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.LongConsumer;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.SequenceWriter;

/// Everything up to the head as it was at the beginning, an entity a line, and last the cursor. It
/// is read page by page, the next while the reader takes the one before.
///
/// An entity that changes meanwhile moves beyond that head, and is left for the next read. When
/// something fails midway the answer breaks off: without its last line it is not whole.
@Component
final class Export {

    private static final PageLimit PAGE = new PageLimit(1_000, 1024 * 1024);

    private static final ObjectWriter LINES =
            WireJson.MAPPER.writerFor(Entity.class).withRootValueSeparator("\n");

    private final EntityPages pages;
    private final SpaceAccess access;

    Export(EntityPages pages, SpaceAccess access) {
        this.access = access;
        this.pages = pages;
    }

    /// Comes when the first page was read, so that what is wrong is still told by a status.
    ///
    /// @param finished is told the version up to which was given, at the end
    Mono<Flux<byte[]>> open(DeltaRequest request, LongConsumer finished) {
        return page(request, request.cursor())
                .map(first -> {
                    var end = new Cursor(first.cursor().epoch(), first.head());
                    return Flux.concat(
                                    Mono.just(first)
                                            .expand(page -> after(page, request, end))
                                            .map(page -> lines(page, end)),
                                    Mono.just(last(end)))
                            .doOnComplete(() -> finished.accept(end.version()));
                });
    }

    private Mono<Page<Entity>> after(Page<Entity> page, DeltaRequest request, Cursor end) {
        boolean more = page.hasMore() && page.cursor().version() < end.version();
        return more ? page(request, page.cursor()) : Mono.empty();
    }

    private Mono<Page<Entity>> page(DeltaRequest request, Cursor from) {
        return pages.since(request.space(), from, request.types(), PAGE)
                .delayUntil(page -> access.still(request.admission()));
    }

    private static byte[] lines(Page<Entity> page, Cursor end) {
        var out = new ByteArrayOutputStream(128 * 1024);
        try (SequenceWriter lines = LINES.writeValues(out)) {
            for (Entity entity : page.items()) {
                if (entity.version() <= end.version()) {
                    lines.write(entity);
                }
            }
        }
        if (out.size() > 0) {
            out.write('\n');
        }
        return out.toByteArray();
    }

    private static byte[] last(Cursor end) {
        return "{\"cursor\":\"%s\"}\n".formatted(end.encode()).getBytes(StandardCharsets.US_ASCII);
    }
}
