package io.reconverge.client.conflict;

import io.reconverge.wire.JsonObject;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Two versions of an entity of which neither's author had seen the other.
///
/// @param base what the local edit was made on; null where there was nothing
/// @param local null where the edit deletes
/// @param remote null where others deleted it
/// @param remoteVersion 0 where the server has neither entity nor tombstone
/// @param fields that both changed, each to something else, by name; none where one side deletes
public record Clash(
        @Nullable JsonObject base,
        @Nullable JsonObject local,
        @Nullable JsonObject remote,
        long remoteVersion,
        List<String> fields) {

    public Clash {
        fields = List.copyOf(fields);
    }

    /// With the fields that values tell.
    public static Clash of(
            @Nullable JsonObject base,
            @Nullable JsonObject local,
            @Nullable JsonObject remote,
            long remoteVersion) {
        List<String> fields =
                local == null || remote == null
                        ? List.of()
                        : List.copyOf(ThreeWay.of(base, local, remote).contested());
        return new Clash(base, local, remote, remoteVersion, fields);
    }
}
