package io.reconverge.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SpecTest {

    private static final Pattern TEST = Pattern.compile("`(\\w+Test)`");

    @Test
    void every_invariant_names_tests_that_there_are() throws IOException {
        Set<String> tests;
        try (Stream<Path> files = Files.walk(Path.of("src/test/java"))) {
            tests =
                    files.map(file -> file.getFileName().toString().replace(".java", ""))
                            .collect(Collectors.toSet());
        }
        Map<String, Map<String, String>> invariants =
                SpecTables.beginning("", "what always holds").rows();
        assertThat(invariants).hasSizeGreaterThanOrEqualTo(16);
        invariants.forEach((name, row) ->
                assertThat(TEST.matcher(row.getOrDefault("the test that would fail", "")).results())
                        .as(name)
                        .isNotEmpty()
                        .allMatch(found -> tests.contains(found.group(1))));
    }
}
