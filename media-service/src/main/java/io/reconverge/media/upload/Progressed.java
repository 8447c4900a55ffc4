package io.reconverge.media.upload;

import io.reconverge.service.problem.ProblemException;
import io.reconverge.wire.ChangeResult;
import io.reconverge.wire.Problem;
import io.reconverge.wire.ProblemType;
import io.reconverge.wire.WireJson;
import java.util.OptionalLong;

/// How far an upload is.
public sealed interface Progressed {

    Upload upload();

    /// More bytes are to come.
    record Under(Upload upload) implements Progressed {}

    /// Its bytes are whole.
    ///
    /// @param result of the change that puts its entity, [ChangeResult.Pending] until it is decided
    record Whole(Upload upload, ChangeResult result) implements Progressed {

        /// The version at which its entity stands; empty until that is decided.
        ///
        /// @throws ProblemException when it does not stand: `conflict`, or what it was rejected for
        public OptionalLong version() {
            return switch (result) {
                case ChangeResult.Applied applied -> OptionalLong.of(applied.version());
                case ChangeResult.Merged merged -> OptionalLong.of(merged.version());
                case ChangeResult.Superseded superseded -> throw lost(superseded.entity());
                case ChangeResult.Conflict conflict -> throw lost(conflict.entity());
                case ChangeResult.Rejected rejected ->
                        throw new ProblemException(rejected.problem(), null);
                case ChangeResult.Pending _, ChangeResult.Unknown _ -> OptionalLong.empty();
            };
        }

        private static ProblemException lost(
                io.reconverge.wire.@org.jspecify.annotations.Nullable Entity standing) {
            Problem problem =
                    Problem.of(ProblemType.CONFLICT, "A newer write to the entity stands.");
            return new ProblemException(standing == null ? problem : problem.with(standing), null);
        }
    }

    /// What the row of an upload tells.
    static Progressed of(Upload upload) {
        if (upload.outcome() != null) {
            return new Whole(
                    upload, WireJson.MAPPER.readValue(upload.outcome(), ChangeResult.class));
        }
        return upload.isWhole()
                ? new Whole(upload, new ChangeResult.Pending(upload.description().changeId()))
                : new Under(upload);
    }
}
