package io.reconverge.feed.page;

import io.reconverge.service.problem.ProblemException;
import io.reconverge.wire.EntityKey;
import io.reconverge.wire.ProblemType;
import java.util.Collection;
import java.util.Set;

/// Which types of entity a reader wants.
///
/// @param types none: all of them
public record TypeFilter(Set<String> types) {

    public static final int TYPES_MAX = 50;
    public static final TypeFilter ALL = new TypeFilter(Set.of());

    public TypeFilter {
        types = Set.copyOf(types);
    }

    /// What a request asks for.
    ///
    /// @throws ProblemException `malformed-request`
    public static TypeFilter of(Collection<String> types) {
        if (types.size() > TYPES_MAX) {
            throw new ProblemException(
                    ProblemType.MALFORMED_REQUEST, "type may be given " + TYPES_MAX + " times.");
        }
        for (String type : types) {
            if (!EntityKey.TYPE.matcher(type).matches()) {
                throw new ProblemException(
                        ProblemType.MALFORMED_REQUEST, "type must match " + EntityKey.TYPE + ".");
            }
        }
        return new TypeFilter(Set.copyOf(types));
    }

    public boolean matches(String type) {
        return types.isEmpty() || types.contains(type);
    }
}
