package io.reconverge.ingest.apply;

import io.reconverge.ingest.decide.Refusal;
import io.reconverge.wire.ChangeResult;
import io.reconverge.wire.Entity;
import io.reconverge.wire.WireJson;
import tools.jackson.databind.node.ObjectNode;

/// How refusals are kept: as the sender was told, but with the entity that stood against it named
/// by `type` and `id` alone, since whoever asks later is shown it as it then is.
final class Receipts {

    private Receipts() {}

    static String stored(Refusal refusal) {
        ObjectNode receipt = WireJson.MAPPER.valueToTree(refusal.result());
        if (refusal.result() instanceof ChangeResult.Conflict conflict) {
            Entity standing = conflict.entity();
            receipt.remove("entity");
            if (standing != null) {
                receipt.put("type", standing.type()).put("id", standing.id());
            }
        }
        return receipt.toString();
    }
}
