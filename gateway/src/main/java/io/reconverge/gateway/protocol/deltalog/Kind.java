package io.reconverge.gateway.protocol.deltalog;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// What Mirubato's users have, and what it is called there and here.
enum Kind {
    ENTRY("logbook_entry", "deltalog-logbook-entry"),
    GOAL("goal", "deltalog-goal");

    static final List<String> TYPES = Arrays.stream(values()).map(Kind::type).toList();

    private final String word;
    private final String type;

    Kind(String word, String type) {
        this.word = word;
        this.type = type;
    }

    /// As the app says it.
    @JsonValue
    String word() {
        return word;
    }

    /// The type of its entities.
    String type() {
        return type;
    }

    static Optional<Kind> ofWord(String word) {
        return Arrays.stream(values()).filter(kind -> kind.word.equals(word)).findFirst();
    }

    static Optional<Kind> ofType(String type) {
        return Arrays.stream(values()).filter(kind -> kind.type.equals(type)).findFirst();
    }
}
