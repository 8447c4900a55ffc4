package io.reconverge.client.conflict;

import io.reconverge.wire.OnConflict;
import org.jspecify.annotations.Nullable;

/// What is to be done when an edit meets a version that its author had not seen. One for each type
/// of entity.
public sealed interface ConflictStrategy {

    /// As the type's schema on the server says: the default.
    record ServerDecides() implements ConflictStrategy {}

    /// The later edit wins; a patch's members one by one. The server decides.
    record LastWriteWins() implements ConflictStrategy {}

    /// Members that one side changed are kept from it; of those both changed the later wins. The
    /// server decides.
    record FieldMerge() implements ConflictStrategy {}

    /// This device's edit stands, on top of what others wrote. What theirs was is kept.
    record KeepLocal() implements ConflictStrategy {}

    /// What others wrote stands. What this device's edit was is kept.
    record KeepRemote() implements ConflictStrategy {}

    /// The user decides.
    record Ask() implements ConflictStrategy {}

    /// The app decides, and the user where it does not know.
    record Resolve(Resolver resolver) implements ConflictStrategy {}

    /// What the server is told with each change; null: as the type's schema says.
    default @Nullable OnConflict policy() {
        return switch (this) {
            case ServerDecides _ -> null;
            case LastWriteWins _ -> OnConflict.LWW;
            case FieldMerge _ -> OnConflict.MERGE;
            case KeepLocal _, KeepRemote _, Ask _, Resolve _ -> OnConflict.REJECT;
        };
    }

    /// Whether an edit keeps the base version that its author saw, for the server to decide by.
    default boolean isServers() {
        return switch (this) {
            case ServerDecides _, LastWriteWins _, FieldMerge _ -> true;
            case KeepLocal _, KeepRemote _, Ask _, Resolve _ -> false;
        };
    }
}
