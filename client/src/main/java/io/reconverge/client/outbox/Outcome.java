package io.reconverge.client.outbox;

import java.util.List;

/// What becomes of an entity's copy.
public record Outcome(Copy copy, List<Note> notes) {

    public Outcome {
        notes = List.copyOf(notes);
    }

    static Outcome of(Copy copy, Note... notes) {
        return new Outcome(copy, List.of(notes));
    }
}
