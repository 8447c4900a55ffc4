package io.reconverge.chaos.run;

import io.reconverge.chaos.check.Evidence;
import io.reconverge.chaos.check.Evidence.Acknowledgement;
import io.reconverge.chaos.check.Evidence.LogRow;
import io.reconverge.chaos.proxy.TcpProxy;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/// How much was looked at: a verdict on nothing is worth nothing.
///
/// @param acknowledged changes that a writer was told of at all
/// @param answers of the gateway to writers, by status
/// @param connections that were made over each link
public record Counts(
        long spaces,
        long logRows,
        Map<String, Long> outcomes,
        long entities,
        long published,
        long deadLetters,
        long acknowledged,
        Map<String, Long> acknowledgements,
        long deviceEdits,
        long replicas,
        long replicaEntities,
        long forbidden,
        long files,
        Map<String, Long> answers,
        Map<String, Integer> connections) {

    static Counts of(Evidence evidence, Map<String, Long> answers, Map<String, TcpProxy> links) {
        Map<String, Integer> connections = new TreeMap<>();
        links.forEach((name, link) -> connections.put(name, link.accepted()));
        return new Counts(
                evidence.spaces().size(),
                evidence.log().size(),
                by(evidence.log(), LogRow::outcome),
                evidence.entities().size(),
                evidence.published().size(),
                evidence.deadLetters().size(),
                evidence.acknowledgements().stream()
                        .map(Acknowledgement::changeId)
                        .distinct()
                        .count(),
                by(evidence.acknowledgements(), Acknowledgement::answer),
                evidence.edits().size(),
                evidence.replicas().size(),
                evidence.replicas().stream()
                        .flatMap(replica -> replica.spaces().stream())
                        .mapToLong(space -> space.entities().size())
                        .sum(),
                evidence.forbidden().size(),
                evidence.files().size(),
                answers,
                connections);
    }

    private static <T> Map<String, Long> by(List<T> all, Function<T, String> name) {
        return all.stream()
                .collect(Collectors.groupingBy(name, TreeMap::new, Collectors.counting()));
    }
}
