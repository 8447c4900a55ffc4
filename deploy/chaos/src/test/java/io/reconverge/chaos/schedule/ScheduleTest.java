package io.reconverge.chaos.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Comparator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ScheduleTest {

    @Test
    void the_same_seed_gives_the_same_faults() {
        assertThat(Schedule.draw(7, 200)).isEqualTo(Schedule.draw(7, 200));
        assertThat(Schedule.draw(7, 200)).isNotEqualTo(Schedule.draw(8, 200));
    }

    @Test
    void a_longer_schedule_begins_as_a_shorter_one_of_its_seed() {
        assertThat(Schedule.draw(7, 200).faults().subList(0, 50))
                .isEqualTo(Schedule.draw(7, 50).faults());
    }

    @Test
    void a_pack_full_of_faults_has_every_kind_on_every_target() {
        var drawn =
                Schedule.draw(3, Schedule.packSize()).faults().stream()
                        .map(fault -> fault.kind() + " " + fault.target())
                        .collect(Collectors.toSet());
        assertThat(drawn).hasSize(Schedule.packSize());
    }

    @Test
    void faults_come_in_order_of_time_and_none_hits_what_is_still_down() {
        for (long seed = 0; seed < 50; seed++) {
            var faults = Schedule.draw(seed, 100).faults();
            assertThat(faults).isSortedAccordingTo(Comparator.comparingLong(Fault::atMillis));
            for (Fault fault : faults) {
                assertThat(faults)
                        .filteredOn(other ->
                                other.number() > fault.number()
                                        && other.target().equals(fault.target()))
                        .allSatisfy(other ->
                                assertThat(other.atMillis())
                                        .as("%s, then %s", fault, other)
                                        .isGreaterThan(fault.atMillis() + fault.forMillis()));
            }
        }
    }
}
