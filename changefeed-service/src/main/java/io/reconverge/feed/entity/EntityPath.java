package io.reconverge.feed.entity;

import static io.reconverge.service.problem.ProblemException.malformed;

import io.reconverge.wire.EntityKey;

/// The entity that a URL names.
public final class EntityPath {

    private EntityPath() {}

    /// The name that two segments of a path make.
    ///
    /// @throws io.reconverge.service.problem.ProblemException `malformed-request`, when nothing can
    ///   have that name
    public static EntityKey of(String type, String id) {
        try {
            return new EntityKey(type, id);
        } catch (IllegalArgumentException impossible) {
            throw malformed("An entity's " + impossible.getMessage() + ".");
        }
    }
}
