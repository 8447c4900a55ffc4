package io.reconverge.client.cli;

import java.util.List;
import java.util.function.Function;

/// Finds the one thing that a person means by the beginning of its id.
final class Match {

    /// Characters of an id that lists for people show.
    static final int SHOWN = 8;

    private Match() {}

    /// @param what such as `conflict`
    /// @throws Failure where none or more than one begins so
    static <T> T one(String what, String text, List<T> things, Function<T, String> id) {
        List<T> whole = things.stream().filter(thing -> id.apply(thing).equals(text)).toList();
        List<T> found =
                whole.isEmpty()
                        ? things.stream()
                                .filter(thing ->
                                        !text.isEmpty() && id.apply(thing).startsWith(text))
                                .toList()
                        : whole;
        return switch (found.size()) {
            case 0 ->
                    throw new Failure(
                            ExitCode.NOT_FOUND, "there is no %s '%s'".formatted(what, text));
            case 1 -> found.getFirst();
            default ->
                    throw new Failure(
                            ExitCode.USAGE,
                            "'%s' could be %d of them: give more of the id"
                                    .formatted(text, found.size()));
        };
    }

    static String shown(String id) {
        return id.length() <= SHOWN ? id : id.substring(0, SHOWN);
    }
}
