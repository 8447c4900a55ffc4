package io.reconverge.parts.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class FleetPlanTest {
    @Test
    void a_changed_plan_leaves_the_first_as_it_was() {
        FleetPlan changed =
                FleetPlan.ONE_OF_EACH
                        .with(Role.WORKER, 3)
                        .withJvm(Role.WORKER, List.of("-Xmx1g"))
                        .withProperty(Role.GATEWAY, "a", "1")
                        .withProperty(Role.GATEWAY, "b", "2")
                        .withPostgres("wal_level", "logical");

        assertThat(changed.count(Role.WORKER)).isEqualTo(3);
        assertThat(changed.jvm().get(Role.WORKER)).containsExactly("-Xmx1g");
        assertThat(changed.properties().get(Role.GATEWAY)).containsEntry("a", "1").hasSize(2);
        assertThat(changed.postgres()).containsEntry("wal_level", "logical");
        assertThat(FleetPlan.ONE_OF_EACH.count(Role.WORKER)).isEqualTo(1);
        assertThat(FleetPlan.ONE_OF_EACH.properties()).isEmpty();
        assertThat(FleetPlan.ONE_OF_EACH.postgres()).isEmpty();
    }

    @Test
    void a_fleet_without_a_worker_is_none() {
        assertThatThrownBy(() -> FleetPlan.ONE_OF_EACH.with(Role.WORKER, 0))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
