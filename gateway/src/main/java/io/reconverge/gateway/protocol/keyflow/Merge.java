package io.reconverge.gateway.protocol.keyflow;

import io.reconverge.wire.SameJson;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// How two states of a session become one. Pure.
final class Merge {

    private static final String STAMP = "Modified";

    private Merge() {}

    /// The fields that differ, `lastModified` among them, in the order of the local ones.
    static List<String> differences(ObjectNode local, ObjectNode remote) {
        Set<String> names = new LinkedHashSet<>(local.propertyNames());
        names.addAll(remote.propertyNames());
        return names.stream()
                .filter(name -> !SameJson.same(local.get(name), remote.get(name)))
                .toList();
    }

    static long lastModified(ObjectNode session, long otherwise) {
        return session.path(Keyflow.LAST_MODIFIED).asLong(otherwise);
    }

    /// Of each field that differs the newer. A field that was not last changed when the session was
    /// says so itself afterwards, so that a third device's change is held against the right time.
    static ObjectNode byFields(ObjectNode local, ObjectNode remote) {
        long localTime = lastModified(local, 0);
        long remoteTime = lastModified(remote, 0);
        long lastModified = Math.max(localTime, remoteTime);
        ObjectNode merged = local.deepCopy();
        for (String name : differences(local, remote)) {
            if (name.equals(Keyflow.LAST_MODIFIED) || isStamp(name, local, remote)) {
                continue;
            }
            long ofLocal = local.path(name + STAMP).asLong(localTime);
            long ofRemote = remote.path(name + STAMP).asLong(remoteTime);
            if (ofRemote > ofLocal) {
                put(merged, name, remote.get(name));
            }
            long newest = Math.max(ofLocal, ofRemote);
            if (newest == lastModified) {
                merged.remove(name + STAMP);
            } else {
                merged.put(name + STAMP, newest);
            }
        }
        return merged.put(Keyflow.LAST_MODIFIED, lastModified);
    }

    /// Whether it says when another field was last changed.
    private static boolean isStamp(String name, ObjectNode local, ObjectNode remote) {
        if (!name.endsWith(STAMP)) {
            return false;
        }
        String of = name.substring(0, name.length() - STAMP.length());
        return local.has(of) || remote.has(of);
    }

    private static void put(ObjectNode target, String name, @Nullable JsonNode value) {
        if (value == null) {
            target.remove(name);
        } else {
            target.set(name, value);
        }
    }
}
