package io.reconverge.ingest.decide;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class StampTest {

    @Test
    void the_later_time_wins_whatever_the_device_and_the_version() {
        assertThat(new Stamp(1, 200, "a").beats(new Stamp(2, 100, "b"))).isTrue();
        assertThat(new Stamp(2, 100, "b").beats(new Stamp(1, 200, "a"))).isFalse();
    }

    @Test
    void at_one_time_the_greater_device_id_wins() {
        assertThat(new Stamp(1, 100, "b").beats(new Stamp(2, 100, "a"))).isTrue();
        assertThat(new Stamp(2, 100, "a").beats(new Stamp(1, 100, "b"))).isFalse();
        assertThat(new Stamp(2, 100, "").beats(new Stamp(1, 100, "a"))).isFalse();
    }

    @Test
    void device_ids_compare_by_code_points_and_not_by_utf_16_units() {
        String replacementCharacter = "\uFFFD";
        String emoji = "\uD83D\uDE00";
        assertThat(replacementCharacter.compareTo(emoji)).isPositive();

        assertThat(new Stamp(1, 100, emoji).beats(new Stamp(2, 100, replacementCharacter)))
                .isTrue();
    }

    @Test
    void of_one_device_s_writes_at_one_time_the_later_to_arrive_wins() {
        assertThat(new Stamp(2, 100, "a").beats(new Stamp(1, 100, "a"))).isTrue();
    }
}
