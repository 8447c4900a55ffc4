package io.reconverge.ingest.decide;

import io.reconverge.wire.JsonObject;
import io.reconverge.wire.OnConflict;
import io.reconverge.wire.Violation;
import java.util.List;

/// The rules of the tests' types: a `note` goes by last-write-wins, a `task` rejects, a `list`
/// merges, and no entity may have both members `odd` and `even`.
enum TypeRules implements Rules {
    RULES;

    @Override
    public OnConflict onConflict(String type) {
        return switch (type) {
            case "task" -> OnConflict.REJECT;
            case "list" -> OnConflict.MERGE;
            default -> OnConflict.LWW;
        };
    }

    @Override
    public List<Violation> check(String type, JsonObject data) {
        return data.tree().has("odd") && data.tree().has("even")
                ? List.of(new Violation("/odd", "not beside `even`"))
                : List.of();
    }
}
