package io.reconverge.standalone.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// What is promised of the protocols is tested: each cell of the table, each line of a checklist.
class ProtocolTableTest {

    private static final List<Class<?>> TESTS =
            Stream.of(
                            "Logdate",
                            "LogdateRules",
                            "LogdateMedia",
                            "Keyflow",
                            "KeyflowConflict",
                            "Spaces",
                            "Deltalog")
                    .<Class<?>>map(ProtocolTableTest::named)
                    .toList();

    private static Class<?> named(String protocol) {
        String name = ProtocolTableTest.class.getPackageName() + "." + protocol + "Test";
        try {
            return Class.forName(name);
        } catch (ClassNotFoundException missing) {
            throw new AssertionError("there are no tests of " + protocol, missing);
        }
    }

    @Test
    void every_cell_of_the_table_of_protocols_has_a_test() throws IOException {
        List<List<String>> table = table();
        List<String> protocols = table.getFirst().subList(1, table.getFirst().size());
        Set<String> promised = new TreeSet<>();
        for (List<String> row : table.subList(2, table.size())) {
            for (int i = 0; i < protocols.size(); i++) {
                assertThat(row.get(i + 1))
                        .as(row.getFirst() + " of " + protocols.get(i))
                        .isNotEmpty();
                promised.add(protocols.get(i) + ": " + row.getFirst());
            }
        }
        Set<String> tested = new TreeSet<>();
        for (Class<?> test : TESTS) {
            String protocol = test.getAnnotation(Protocol.class).value();
            methods(test)
                    .filter(method -> method.isAnnotationPresent(Behaviour.class))
                    .flatMap(method -> Stream.of(method.getAnnotation(Behaviour.class).value()))
                    .forEach(behaviour -> tested.add(protocol + ": " + behaviour));
        }
        assertThat(protocols).hasSize(4);
        assertThat(promised).hasSizeGreaterThanOrEqualTo(48).isEqualTo(tested);
    }

    @Test
    void every_line_of_the_documents_checklists_has_a_test() {
        List<String> lines =
                Server.example("checklists.txt")
                        .lines()
                        .filter(line -> !line.isBlank() && !line.startsWith("#"))
                        .toList();
        List<String> covered =
                TESTS.stream()
                        .flatMap(ProtocolTableTest::methods)
                        .filter(method -> method.isAnnotationPresent(Covers.class))
                        .flatMap(method -> Stream.of(method.getAnnotation(Covers.class).value()))
                        .toList();
        assertThat(lines).hasSizeGreaterThan(30).doesNotHaveDuplicates();
        assertThat(covered).containsAll(lines);
        assertThat(lines).containsAll(covered);
    }

    private static Stream<Method> methods(Class<?> test) {
        return Stream.concat(
                Arrays.stream(test.getDeclaredMethods()),
                Arrays.stream(test.getDeclaredClasses()).flatMap(ProtocolTableTest::methods));
    }

    /// The first table whose first column is headed `behaviour`.
    private static List<List<String>> table() throws IOException {
        List<List<String>> rows = new ArrayList<>();
        for (String line : Files.readAllLines(Path.of("../../gateway/README.md"))) {
            boolean begins = line.startsWith("| behaviour");
            if (begins || (!rows.isEmpty() && line.startsWith("|"))) {
                String inner = line.strip();
                rows.add(
                        Arrays.stream(inner.substring(1, inner.length() - 1).split("\\|"))
                                .map(String::strip)
                                .toList());
            } else if (!rows.isEmpty()) {
                break;
            }
        }
        return rows;
    }
}
