package io.reconverge.bench;

import io.reconverge.parts.fleet.Fleet;
import io.reconverge.parts.fleet.Member;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// How the processes of a fleet were started: the options of their JVMs, and what was set that is
/// no address and no secret.
final class Processes {
    private Processes() {}

    static Map<String, String> of(Fleet fleet) {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("every JVM", everyJvm());
        for (var part : fleet.parts()) {
            if (part instanceof Member member) {
                all.put(
                        member.name(),
                        member.command().stream()
                                .filter(word ->
                                        word.startsWith("-X")
                                                || word.contains(".limit.")
                                                || word.contains("pool.")
                                                || word.contains("reconverge.feed.")
                                                || word.contains("reconverge.ingest."))
                                .collect(Collectors.joining(" ")));
            }
        }
        fleet.plan().postgres().forEach((setting, value) -> all.put("postgres " + setting, value));
        return all;
    }

    private static String everyJvm() {
        try (Stream<String> options =
                Files.lines(Checkout.folder().resolve("deploy/service/jvm.options"))) {
            return options.filter(line -> line.startsWith("-X")).collect(Collectors.joining(" "));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
