package io.reconverge.client.backup;

import io.reconverge.client.http.ProblemException;
import io.reconverge.client.media.MediaFacts;
import io.reconverge.client.media.MediaLibrary;
import io.reconverge.client.replica.Medium;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;

/// The contents of files that go into a backup: gathered first, for what is not on this device has
/// to be fetched, and put where they belong when the list is written.
final class Contents {

    private final MediaLibrary media;
    private final Path folder;
    private final Path gathered;
    private final Tracker tracker;
    private final Map<String, String> paths = new HashMap<>();
    private final Set<String> absent = new HashSet<>();
    private boolean unreachable;
    private long bytes;

    /// @param folder of the backup
    /// @param gathered a folder beside it
    Contents(MediaLibrary media, Path folder, Path gathered, Tracker tracker) {
        this.media = media;
        this.folder = folder;
        this.gathered = gathered;
        this.tracker = tracker;
    }

    /// Copies a content, from the device or the server, if it is to be had.
    void gather(Medium medium, MediaFacts facts) throws IOException {
        Path copy = gathered.resolve(facts.sha256());
        if (Files.exists(copy) || absent.contains(facts.sha256())) {
            return;
        }
        tracker.begin(Layout.content(facts));
        Optional<Path> cached = media.cached(medium.space(), medium.mediaId());
        if (cached.isEmpty() && !unreachable) {
            cached = fetched(medium);
        }
        if (cached.isEmpty() || !copied(cached.get(), copy, facts)) {
            absent.add(facts.sha256());
        }
        tracker.did(facts.size());
    }

    /// Once the server could not be reached, the rest is not tried.
    private Optional<Path> fetched(Medium medium) throws IOException {
        try {
            return Optional.of(media.fetch(medium.space(), medium.mediaId()).get());
        } catch (ExecutionException e) {
            unreachable = !(e.getCause() instanceof ProblemException);
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /// @return false where it is not what it should be, or no longer there
    private static boolean copied(Path from, Path to, MediaFacts facts) throws IOException {
        MessageDigest digest = Lister.sha256();
        Files.createDirectories(to.getParent());
        try (InputStream in = Files.newInputStream(from);
                FileChannel channel =
                        FileChannel.open(
                                to, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            OutputStream out = Channels.newOutputStream(channel);
            byte[] block = new byte[64 * 1024];
            for (int read = in.read(block); read >= 0; read = in.read(block)) {
                digest.update(block, 0, read);
                out.write(block, 0, read);
            }
            channel.force(true);
        } catch (NoSuchFileException e) {
            return false;
        }
        boolean good = HexFormat.of().formatHex(digest.digest()).equals(facts.sha256());
        if (!good) {
            Files.delete(to);
        }
        return good;
    }

    /// Where a content is in the backup, put there when it first comes up; empty where it is not to
    /// be had.
    Optional<String> place(Medium medium, MediaFacts facts) throws IOException {
        String known = paths.get(facts.sha256());
        if (known != null) {
            return Optional.of(known);
        }
        // what was added since it was gathered is on this device
        unreachable = true;
        gather(medium, facts);
        Path copy = gathered.resolve(facts.sha256());
        if (!Files.exists(copy)) {
            return Optional.empty();
        }
        String path = Layout.content(facts);
        Path target = folder.resolve(path);
        Files.createDirectories(target.getParent());
        Files.move(copy, target);
        paths.put(facts.sha256(), path);
        bytes += facts.size();
        return Optional.of(path);
    }

    long files() {
        return paths.size();
    }

    long bytes() {
        return bytes;
    }
}
