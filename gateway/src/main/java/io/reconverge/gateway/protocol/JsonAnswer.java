package io.reconverge.gateway.protocol;

import io.reconverge.wire.WireJson;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;

/// Answers of protocols: JSON as Reconverge writes it, so that numbers keep their digits.
public final class JsonAnswer {

    private JsonAnswer() {}

    /// 200. Members that are null are left out.
    public static ResponseEntity<byte[]> ok(Object body) {
        return ResponseEntity.ok()
                .contentType(MediaType.APPLICATION_JSON)
                .body(WireJson.MAPPER.writeValueAsBytes(body));
    }
}
