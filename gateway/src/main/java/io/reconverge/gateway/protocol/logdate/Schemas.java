package io.reconverge.gateway.protocol.logdate;

import io.reconverge.wire.JsonObject;
import io.reconverge.wire.Violation;
import java.util.List;

/// What a type's schema finds wrong in a whole object.
@FunctionalInterface
interface Schemas {

    List<Violation> check(String type, JsonObject data);
}
