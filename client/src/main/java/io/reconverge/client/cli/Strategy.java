package io.reconverge.client.cli;

import io.reconverge.client.conflict.ConflictStrategy;

/// What can be chosen, by its name in the command and in `config.json`, of what is to be done when
/// an edit meets a version that its author had not seen.
enum Strategy {
    SERVER("as the type's schema on the server says"),
    LAST_WRITE_WINS("the later edit stands"),
    MERGE("members are merged; of those both changed the later"),
    KEEP_LOCAL("what this device wrote stands"),
    KEEP_REMOTE("what others wrote stands"),
    ASK("you decide: see `reconverge conflicts`");

    private final String meaning;

    Strategy(String meaning) {
        this.meaning = meaning;
    }

    ConflictStrategy conflictStrategy() {
        return switch (this) {
            case SERVER -> new ConflictStrategy.ServerDecides();
            case LAST_WRITE_WINS -> new ConflictStrategy.LastWriteWins();
            case MERGE -> new ConflictStrategy.FieldMerge();
            case KEEP_LOCAL -> new ConflictStrategy.KeepLocal();
            case KEEP_REMOTE -> new ConflictStrategy.KeepRemote();
            case ASK -> new ConflictStrategy.Ask();
        };
    }

    String meaning() {
        return meaning;
    }

    /// @throws Failure where no strategy is called so
    static Strategy of(String word) {
        for (Strategy strategy : values()) {
            if (Documents.word(strategy).equals(word)) {
                return strategy;
            }
        }
        throw new Failure(
                ExitCode.USAGE,
                "a strategy is server, last-write-wins, merge, keep-local, keep-remote or ask, and not '%s'"
                        .formatted(word));
    }
}
