package io.reconverge.client.backup;

import io.reconverge.client.media.MediaFacts;
import io.reconverge.client.media.MediaLibrary;
import io.reconverge.client.replica.LocalEntity;
import io.reconverge.client.replica.Medium;
import io.reconverge.client.replica.Query;
import io.reconverge.client.replica.Replica;
import io.reconverge.client.replica.Snapshot;
import io.reconverge.client.replica.Uploads;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Writes a backup to a folder: all lists of one state of the replica.
final class Exporting {

    private static final int PAGE = 500;

    private final Replica replica;
    private final Path folder;
    private final Contents contents;
    private final Tracker tracker;
    private final SortedMap<String, Manifest.Listed> lists = new TreeMap<>();
    private final List<String> missing = new ArrayList<>();
    private long entities;

    Exporting(Replica replica, MediaLibrary media, Path folder, Path gathered, Tracker tracker) {
        this.replica = replica;
        this.folder = folder;
        this.contents = new Contents(media, folder, gathered, tracker);
        this.tracker = tracker;
    }

    ExportResult export() throws IOException {
        for (String space : replica.spaces()) {
            gather(space);
        }
        try {
            replica.snapshot(snapshot -> {
                try {
                    write(snapshot);
                    return true;
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        Manifest manifest = new Manifest(lists, contents.files(), contents.bytes());
        Files.write(folder.resolve(Layout.MANIFEST), manifest.bytes());
        return new ExportResult(entities, contents.files(), contents.bytes(), missing);
    }

    /// Outside the snapshot: to fetch takes as long as it takes.
    private void gather(String space) throws IOException {
        List<Medium> page = replica.uploads().media(space, null, PAGE);
        while (!page.isEmpty()) {
            for (Medium medium : page) {
                Optional<MediaFacts> facts = MediaFacts.of(medium.data());
                if (facts.isPresent()) {
                    contents.gather(medium, facts.get());
                }
            }
            page = replica.uploads().media(space, page.getLast().mediaId(), PAGE);
        }
    }

    private void write(Snapshot snapshot) throws IOException {
        String drafts = replica.drafts().name();
        for (String space : snapshot.spaces()) {
            for (String type : snapshot.types(space)) {
                boolean files = type.equals(Uploads.MEDIA) && !space.equals(drafts);
                writeEntities(snapshot, new Layout.Entities(space, type), files);
            }
        }
        tracker.begin(Layout.MEDIA);
        try (Lister list = new Lister(folder.resolve(Layout.MEDIA))) {
            for (String space : snapshot.spaces()) {
                if (!space.equals(drafts)) {
                    writeFiles(snapshot, space, list);
                }
            }
            lists.put(Layout.MEDIA, list.end());
        }
    }

    /// @param files whether these are of files, whose own members are in the list of files
    private void writeEntities(Snapshot snapshot, Layout.Entities of, boolean files)
            throws IOException {
        @Nullable Lister list = null;
        try {
            Query query = Query.of(of.type()).limit(PAGE);
            List<LocalEntity> page = snapshot.list(of.space(), query);
            while (!page.isEmpty()) {
                for (LocalEntity entity : page) {
                    if (files && isFileAlone(entity)) {
                        continue;
                    }
                    if (list == null) {
                        tracker.begin(of.path());
                        list = new Lister(folder.resolve(of.path()));
                    }
                    list.add(Line.OfEntity.of(entity));
                    entities++;
                }
                tracker.did(page.size());
                page = snapshot.list(of.space(), query.after(page.getLast().id()));
            }
            if (list != null) {
                lists.put(of.path(), list.end());
            }
        } finally {
            if (list != null) {
                list.close();
            }
        }
    }

    private static boolean isFileAlone(LocalEntity entity) {
        return MediaFacts.of(entity.data()).isPresent() && !MediaFacts.saysMore(entity.data());
    }

    private void writeFiles(Snapshot snapshot, String space, Lister list) throws IOException {
        List<Medium> page = snapshot.media(space, null, PAGE);
        while (!page.isEmpty()) {
            for (Medium medium : page) {
                Optional<MediaFacts> known = MediaFacts.of(medium.data());
                if (known.isPresent()) {
                    MediaFacts facts = known.get();
                    Optional<String> path = contents.place(medium, facts);
                    if (path.isEmpty()) {
                        missing.add(Layout.content(facts));
                    }
                    list.add(Line.OfFile.of(medium, facts, path.orElse(null)));
                }
            }
            page = snapshot.media(space, page.getLast().mediaId(), PAGE);
        }
    }
}
