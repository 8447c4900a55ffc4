package io.reconverge.feed.entity;

import io.reconverge.feed.http.RequestParameters;
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
            throw RequestParameters.malformed("An entity's " + impossible.getMessage() + ".");
        }
    }
}
