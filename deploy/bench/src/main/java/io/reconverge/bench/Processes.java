package io.reconverge.bench;

import io.reconverge.parts.fleet.Fleet;
import io.reconverge.parts.fleet.Member;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/// How the processes of a fleet were started: the options of their JVMs, and what was set that is
/// no address and no secret.
final class Processes {
    private Processes() {}

    static Map<String, String> of(Fleet fleet) {
        Map<String, String> all = new LinkedHashMap<>();
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
        return all;
    }
}
