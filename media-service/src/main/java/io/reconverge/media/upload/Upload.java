package io.reconverge.media.upload;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// An upload as its row has it.
///
/// @param resumable whether it may come in several requests
/// @param actor who makes it: the `sub` of a token
/// @param metadata as its creator sent it, null for none
/// @param length bytes that it will have; null: not known before its end
/// @param reserved bytes that it takes of the space's quota
/// @param received bytes that are durable
/// @param digest the state of [Sha256] after these
/// @param objectKey of its multipart upload, null for none; of its object once it is whole
/// @param multipartId null for none
/// @param sha256 of its bytes once they are whole, and a blob
/// @param outcome of the change that puts its entity, as JSON; null until that is decided
/// @param expiresAt epoch milliseconds
public record Upload(
        UUID space,
        UUID id,
        boolean resumable,
        String actor,
        Description description,
        @Nullable String metadata,
        @Nullable Long length,
        long reserved,
        long received,
        byte @Nullable [] digest,
        @Nullable String objectKey,
        @Nullable String multipartId,
        @Nullable String sha256,
        @Nullable String outcome,
        long expiresAt) {

    /// What all keys of this upload in the bucket begin with.
    public String folder() {
        return folder(space, id);
    }

    public static String folder(UUID space, UUID id) {
        return space + "/" + id + "/";
    }

    /// Whether all its bytes are durable, and it is for the service to finish.
    public boolean isWhole() {
        return sha256 != null || (length != null && received == length);
    }
}
