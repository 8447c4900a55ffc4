package io.reconverge.feed;

import static org.assertj.core.api.Assertions.assertThat;

import io.reconverge.wire.Entity;
import io.reconverge.wire.SpaceId;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/// What a reader holds that follows cursors: each entity as it last heard of it.
public final class Replica {

    private final Map<String, Entity> entities = new LinkedHashMap<>();
    private long read;

    /// Versions only ever rise, within an answer and from answer to answer.
    public void take(Entity entity) {
        assertThat(entity.version()).as("version order").isGreaterThan(read);
        read = entity.version();
        entities.put(entity.type() + "/" + entity.id(), entity);
    }

    /// Everything up to here was given.
    public void readTo(long version) {
        assertThat(version).isGreaterThanOrEqualTo(read);
        read = version;
    }

    public long read() {
        return read;
    }

    /// Name and version of every entity, tombstones included.
    public Map<String, Long> versions() {
        Map<String, Long> versions = new TreeMap<>();
        entities.forEach((name, entity) -> versions.put(name, entity.version()));
        return versions;
    }

    /// The same of what the database holds.
    public static Map<String, Long> truth(Commits commits, String user) {
        return new TreeMap<>(
                commits.numbers(
                        "select type || '/' || id, version from entity where space_id = ?",
                        SpaceId.personal(user)));
    }
}
