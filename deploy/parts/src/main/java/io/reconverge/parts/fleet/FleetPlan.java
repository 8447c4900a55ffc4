package io.reconverge.parts.fleet;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What a fleet is to consist of. Each method gives a changed copy.
///
/// @param counts processes of each role; 0 leaves it out
/// @param jvm options of each role's JVM, besides those in `deploy/service`
/// @param properties that a service is told besides the addresses of the others
/// @param postgres settings of PostgreSQL over its own
/// @param flushes whether the broker has each record on the disk before it acknowledges it
public record FleetPlan(
        Map<Role, Integer> counts,
        Map<Role, List<String>> jvm,
        Map<Role, Map<String, String>> properties,
        Map<String, String> postgres,
        boolean flushes) {

    /// One of each, with memory enough for a small installation.
    public static final FleetPlan ONE_OF_EACH =
            new FleetPlan(
                    Map.of(
                            Role.BROKER, 1,
                            Role.STORE, 1,
                            Role.WORKER, 1,
                            Role.FEED, 1,
                            Role.MEDIA, 1,
                            Role.GATEWAY, 1),
                    Map.of(
                            Role.BROKER, heap(768),
                            Role.STORE, heap(256),
                            Role.WORKER, heap(512),
                            Role.FEED, heap(512),
                            Role.MEDIA, heap(384),
                            Role.GATEWAY, heap(768)),
                    Map.of(),
                    Map.of(),
                    true);

    public FleetPlan {
        counts = Map.copyOf(counts);
        jvm = Map.copyOf(jvm);
        properties = Map.copyOf(properties);
        postgres = Map.copyOf(postgres);
        if (counts.getOrDefault(Role.BROKER, 0) != 1 || counts.getOrDefault(Role.WORKER, 0) < 1) {
            throw new IllegalArgumentException("a fleet has one broker, and a worker at least");
        }
    }

    public FleetPlan with(Role role, int count) {
        var changed = new EnumMap<>(counts);
        changed.put(role, count);
        return new FleetPlan(changed, jvm, properties, postgres, flushes);
    }

    /// Instead of what this role's JVM was given before.
    public FleetPlan withJvm(Role role, List<String> options) {
        var changed = new EnumMap<>(jvm);
        changed.put(role, List.copyOf(options));
        return new FleetPlan(counts, changed, properties, postgres, flushes);
    }

    /// A Spring property of this role's services.
    public FleetPlan withProperty(Role role, String name, String value) {
        var changed = new HashMap<>(properties);
        var ofRole = new HashMap<>(changed.getOrDefault(role, Map.of()));
        ofRole.put(name, value);
        changed.put(role, Map.copyOf(ofRole));
        return new FleetPlan(counts, jvm, changed, postgres, flushes);
    }

    /// A setting of PostgreSQL, such as `wal_level` and `logical`.
    public FleetPlan withPostgres(String name, String value) {
        var changed = new HashMap<>(postgres);
        changed.put(name, value);
        return new FleetPlan(counts, jvm, properties, changed, flushes);
    }

    public FleetPlan withFlushes(boolean each) {
        return new FleetPlan(counts, jvm, properties, postgres, each);
    }

    /// A heap of this size from the start, so that no measurement sees it grow.
    public static List<String> heap(int megabytes) {
        return List.of("-Xms%dm".formatted(megabytes), "-Xmx%dm".formatted(megabytes));
    }

    int count(Role role) {
        return counts.getOrDefault(role, 0);
    }
}
