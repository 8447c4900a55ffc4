package io.reconverge.gateway.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.reconverge.wire.EntityKey;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class QuestionsTest {

    private static List<EntityKey> keys(int count, String filling) {
        return IntStream.range(0, count)
                .mapToObj(i -> new EntityKey("t", filling + (1000 + i)))
                .toList();
    }

    @Test
    void the_longest_names_fit_into_the_line_of_a_request() {
        List<EntityKey> keys = keys(40, "\uD83C\uDF0A".repeat(252));
        List<List<EntityKey>> questions = Questions.of(keys);
        assertThat(questions.stream().flatMap(List::stream)).isEqualTo(keys);
        assertThat(questions)
                .allSatisfy(question ->
                        assertThat(question.stream().mapToInt(Questions::encodedBytes).sum())
                                .isLessThanOrEqualTo(Questions.ENCODED_MAX_BYTES));
    }

    @Test
    void short_names_go_a_hundred_at_a_time_and_each_once() {
        List<EntityKey> keys = keys(250, "i");
        assertThat(Questions.of(keys)).extracting(List::size).containsExactly(100, 100, 50);
        assertThat(Questions.of(List.of(keys.getFirst(), keys.getFirst()))).hasSize(1);
        assertThat(Questions.of(List.of())).isEmpty();
    }
}
