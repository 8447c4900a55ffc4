package io.reconverge.gateway.protocol;

import io.reconverge.wire.EntityKey;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/// Names of entities, so many at a time that asking for them fits into the line of a request, of
/// which the feed takes 32 KB: an id has up to 256 characters, and each of them up to twelve bytes
/// there.
final class Questions {

    static final int KEYS_MAX = 100;
    static final int ENCODED_MAX_BYTES = 16 * 1024;

    private static final String BETWEEN = "&key=";

    private Questions() {}

    /// Each name once, in the order in which they come.
    static List<List<EntityKey>> of(Collection<EntityKey> keys) {
        List<List<EntityKey>> questions = new ArrayList<>();
        List<EntityKey> question = new ArrayList<>();
        int bytes = 0;
        for (EntityKey key : keys.stream().distinct().toList()) {
            int encoded = encodedBytes(key);
            if (question.size() == KEYS_MAX || bytes + encoded > ENCODED_MAX_BYTES) {
                questions.add(question);
                question = new ArrayList<>();
                bytes = 0;
            }
            question.add(key);
            bytes += encoded;
        }
        if (!question.isEmpty()) {
            questions.add(question);
        }
        return questions;
    }

    static int encodedBytes(EntityKey key) {
        return BETWEEN.length()
                + URLEncoder.encode(key.type() + "/" + key.id(), StandardCharsets.UTF_8)
                        .replace("+", "%20")
                        .length();
    }
}
