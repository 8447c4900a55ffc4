package io.reconverge.wire;

import java.util.Locale;

/// Every kind of error that a client can meet, with its HTTP status and what to do about it.
public enum ProblemType {
    MALFORMED_REQUEST(
            400,
            "The request is not what the contract says: correct it as `errors` or `detail` tell."),
    INVALID_ENTITY(
            400, "The data does not fit its type's JSON Schema: correct what `errors` lists."),
    INVALID_CURSOR(400, "This is no cursor: pass one on exactly as it was received."),
    DIGEST_MISMATCH(400, "The bytes are not those of the digest: send them again."),
    UNAUTHENTICATED(401, "Send a valid access token as `Authorization: Bearer`."),
    NOT_A_MEMBER(403, "The caller is not a member of this space."),
    READ_ONLY(403, "The caller may read this space and not write to it."),
    NOT_AN_OWNER(403, "Only an owner of this space may do this."),
    NOT_FOUND(404, "There is nothing at this address."),
    METHOD_NOT_ALLOWED(405, "Use one of the methods that `Allow` lists."),
    NOT_ACCEPTABLE(406, "Accept one of the media types that `detail` lists."),
    REQUEST_TIMEOUT(408, "The body did not arrive in time: send it again."),
    CONFLICT(409, "Another write came first: rebase on `entity` and send it again."),
    LAST_OWNER(409, "A space keeps an owner: make another member an owner first."),
    TOO_MANY_MEMBERS(409, "The space has as many members as it may have."),
    UPLOAD_OFFSET_MISMATCH(409, "Ask with HEAD how far the upload is, and go on from there."),
    GONE(410, "The entity was deleted."),
    CURSOR_EXPIRED(410, "Start again without a cursor: what it points at is no longer kept."),
    UPLOAD_EXPIRED(410, "The upload is no longer kept: begin a new one."),
    VERSION_MISMATCH(
            412,
            "The entity is not at the version asked for: rebase on `entity` and send it again."),
    UNSUPPORTED_TUS_VERSION(412, "Send as `Tus-Resumable` a version that `Tus-Version` lists."),
    TOO_LARGE(413, "Send less at once: `detail` tells the limit."),
    UNSUPPORTED_MEDIA_TYPE(415, "Send one of the media types that `detail` lists."),
    RANGE_NOT_SATISFIABLE(416, "Ask for bytes within the size that `Content-Range` tells."),
    BASE_VERSION_AHEAD(422, "The base version lies beyond the space's head: read the space again."),
    CHANGE_ID_REUSED(422, "Another change has this change id: make a new one."),
    BATCH_ABORTED(422, "Another change of this atomic request was refused: correct that one."),
    UNPROCESSABLE(422, "The change could not be stored: `detail` tells why."),
    UPLOAD_LOCKED(423, "Another request is writing to this upload: try again after `Retry-After`."),
    RATE_LIMITED(429, "Send fewer requests: try again after `Retry-After`."),
    /// The status is tus's own.
    CHECKSUM_MISMATCH(
            460,
            "The bytes are not those of `Upload-Checksum`: send them again from the same offset."),
    INTERNAL_ERROR(500, "This is a fault of the service, not of the request."),
    UNAVAILABLE(503, "Nothing was accepted: try again after `Retry-After`."),
    UNDECIDED(
            503,
            "It is on its way and not decided yet: send it again as it is after `Retry-After`."),
    QUOTA_EXCEEDED(507, "There is no room for this: delete media that are no longer needed.");

    private final int status;
    private final String title;

    ProblemType(int status, String title) {
        this.status = status;
        this.title = title;
    }

    public int status() {
        return status;
    }

    /// One sentence on what the caller should do.
    public String title() {
        return title;
    }

    /// The last part of the URN, such as `not-a-member`.
    public String slug() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    public String urn() {
        return "urn:reconverge:problem:" + slug();
    }
}
