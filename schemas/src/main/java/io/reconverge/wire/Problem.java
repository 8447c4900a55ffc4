package io.reconverge.wire;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// An error as a client reads it: RFC 9457, `application/problem+json`.
///
/// @param errors where the body was at fault, else empty
/// @param entity the entity as it stands, where that is why
public record Problem(
        String type,
        String title,
        int status,
        String detail,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Violation> errors,
        @Nullable Entity entity) {

    public static final String MEDIA_TYPE = "application/problem+json";

    @SuppressWarnings("NullAway") // Jackson hands over null for a member that is not there
    public Problem {
        requireNonNull(type, "type");
        requireNonNull(title, "title");
        requireNonNull(detail, "detail");
        errors = errors == null ? List.of() : List.copyOf(errors);
    }

    public static Problem of(ProblemType type, String detail) {
        return of(type, detail, List.of());
    }

    public static Problem of(ProblemType type, String detail, List<Violation> errors) {
        return new Problem(type.urn(), type.title(), type.status(), detail, errors, null);
    }

    public Problem with(Entity entity) {
        return new Problem(type, title, status, detail, errors, entity);
    }
}
