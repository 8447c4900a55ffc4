package io.reconverge.client.backup;

import static java.util.Objects.requireNonNull;

import io.reconverge.client.media.MediaFacts;
import io.reconverge.client.media.MediaLibrary;
import io.reconverge.client.outbox.Restored;
import io.reconverge.client.replica.Replica;
import io.reconverge.client.replica.Space;
import io.reconverge.client.replica.Uploads;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Brings a backup in: all of it is checked before anything is written.
final class Importing {

    /// Entities in a transaction.
    private static final int BATCH = 300;

    private final Replica replica;
    private final MediaLibrary media;
    private final Source source;
    private final Manifest manifest;
    private final boolean deleted;
    private final Tracker tracker;
    private final Map<Restored.Kind, Long> kinds = new EnumMap<>(Restored.Kind.class);
    private long files;

    Importing(
            Replica replica,
            MediaLibrary media,
            Source source,
            Manifest manifest,
            boolean deleted,
            Tracker tracker) {
        this.replica = replica;
        this.media = media;
        this.source = source;
        this.manifest = manifest;
        this.deleted = deleted;
        this.tracker = tracker;
    }

    /// Reads all of it, and writes nothing.
    void check() throws IOException {
        for (Map.Entry<String, Manifest.Listed> list : manifest.lists().entrySet()) {
            Manifest.Listed listed = list.getValue();
            source.check(list.getKey(), listed.size(), listed.sha256(), tracker);
            if (!list.getKey().equals(Layout.MEDIA)) {
                source.lines(list.getKey(), listed.lines(), reader(list.getKey()), _ -> {});
            }
        }
        checkFiles();
    }

    private void checkFiles() throws IOException {
        Set<String> checked = new HashSet<>();
        long[] bytes = new long[1];
        eachFile(line -> {
            if (line.facts().size() > media.fileMaxBytes()) {
                throw new DamagedBackupException(
                        Layout.MEDIA,
                        "%s has %d bytes, and a file may have %d"
                                .formatted(
                                        line.mediaId(), line.facts().size(), media.fileMaxBytes()));
            }
            String path = line.path();
            if (path != null && checked.add(path)) {
                bytes[0] += line.facts().size();
                if (checked.size() > manifest.contents() || bytes[0] > manifest.contentBytes()) {
                    throw new DamagedBackupException(
                            Layout.MEDIA, "there are more files than the manifest says");
                }
                source.check(path, line.facts().size(), line.facts().sha256(), tracker);
            }
        });
        if (checked.size() != manifest.contents() || bytes[0] != manifest.contentBytes()) {
            throw new DamagedBackupException(
                    Layout.MEDIA, "there are fewer files than the manifest says");
        }
    }

    private void eachFile(Source.Taker<Line.OfFile> taker) throws IOException {
        source.lines(
                Layout.MEDIA,
                requireNonNull(manifest.lists().get(Layout.MEDIA)).lines(),
                Line.OfFile::of,
                taker);
    }

    private static Source.Reader<Line.OfEntity> reader(String path) {
        String type = Layout.Entities.of(path).orElseThrow().type();
        return json -> Line.OfEntity.of(type, json);
    }

    /// Brings in what was checked.
    ImportResult bringIn() throws IOException {
        for (Map.Entry<String, Manifest.Listed> list : manifest.lists().entrySet()) {
            if (!list.getKey().equals(Layout.MEDIA)) {
                bringIn(list.getKey(), list.getValue().lines());
            }
        }
        tracker.begin(Layout.MEDIA);
        eachFile(this::bringIn);
        return new ImportResult(
                total(Restored.Kind.WRITTEN),
                total(Restored.Kind.SAME),
                total(Restored.Kind.OLDER),
                total(Restored.Kind.DELETED),
                total(Restored.Kind.CONFLICT),
                files);
    }

    private void bringIn(String path, long lines) throws IOException {
        tracker.begin(path);
        Layout.Entities entities = Layout.Entities.of(path).orElseThrow();
        Space space =
                entities.space().equals(replica.drafts().name())
                        ? replica.drafts()
                        : replica.space(entities.space());
        List<Line.OfEntity> batch = new ArrayList<>();
        source.lines(
                path,
                lines,
                reader(path),
                line -> {
                    batch.add(line);
                    if (batch.size() == BATCH) {
                        bringIn(space, entities.type(), batch);
                    }
                });
        bringIn(space, entities.type(), batch);
    }

    private void bringIn(Space space, String type, List<Line.OfEntity> batch) {
        List<Restored.Kind> done =
                replica.atomically(() ->
                        batch.stream()
                                .map(line ->
                                        space.restore(
                                                type,
                                                line.id(),
                                                line.data(),
                                                line.modifiedAt(),
                                                deleted))
                                .toList());
        done.forEach(this::count);
        tracker.did(batch.size());
        batch.clear();
    }

    private void bringIn(Line.OfFile line) throws IOException {
        String path = line.path();
        if (path == null || !MediaLibrary.canSend(line.mediaId())) {
            // its bytes are not here, or cannot go; the entity is as good as any
            count(isHereWithMore(line) ? Restored.Kind.SAME : bringInEntity(line));
            return;
        }
        try (InputStream bytes = source.open(path)) {
            count(
                    media.restore(
                            line.space(),
                            line.mediaId(),
                            line.facts(),
                            bytes,
                            line.modifiedAt(),
                            deleted));
            files++;
        }
    }

    /// Its entity is queued with it, or says more than this: then that is in its own list.
    private boolean isHereWithMore(Line.OfFile line) {
        return replica.uploads()
                .medium(line.space(), line.mediaId())
                .filter(medium -> medium.upload() != null || MediaFacts.saysMore(medium.data()))
                .flatMap(medium -> MediaFacts.of(medium.data()))
                .filter(facts -> facts.sha256().equals(line.facts().sha256()))
                .isPresent();
    }

    private Restored.Kind bringInEntity(Line.OfFile line) {
        return replica.space(line.space())
                .restore(
                        Uploads.MEDIA,
                        line.mediaId(),
                        line.facts().data(),
                        line.modifiedAt(),
                        deleted);
    }

    private void count(Restored.Kind kind) {
        kinds.merge(kind, 1L, Long::sum);
    }

    private long total(Restored.Kind kind) {
        return kinds.getOrDefault(kind, 0L);
    }
}
