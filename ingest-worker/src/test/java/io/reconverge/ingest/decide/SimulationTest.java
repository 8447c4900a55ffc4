package io.reconverge.ingest.decide;

import static org.assertj.core.api.Assertions.assertThat;

import io.reconverge.wire.Change;
import io.reconverge.wire.ChangeResult;
import io.reconverge.wire.WriteRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// What holds whatever devices, network and batches do.
class SimulationTest {

    private static final int SEEDS = 1_000;
    private static final int STEPS = 80;

    @Test
    void devices_converge_and_every_answer_and_row_is_the_model_s() {
        Set<String> statuses = new TreeSet<>();
        for (int seed = 0; seed < SEEDS; seed++) {
            Simulation simulation = new Simulation(seed);
            try {
                simulation.run(STEPS);
            } catch (AssertionError | RuntimeException failure) {
                throw new AssertionError("seed " + seed, failure);
            }
            statuses.addAll(simulation.statuses());
        }
        assertThat(statuses)
                .as("every kind of answer came up")
                .containsExactly(
                        "applied",
                        "base-version-ahead",
                        "batch-aborted",
                        "change-id-reused",
                        "conflict",
                        "duplicate",
                        "invalid-entity",
                        "merged",
                        "not-a-member",
                        "superseded");
    }

    @Test
    void how_requests_are_spread_over_batches_makes_no_difference() {
        for (int seed = 0; seed < SEEDS / 7; seed++) {
            Simulation simulation = new Simulation(seed);
            simulation.run(STEPS);
            List<WriteRecord> writes = simulation.decided();
            Random random = new Random(seed);
            Decided alone = decide(writes, _ -> 1);
            Decided together = decide(writes, left -> left);
            Decided mixed = decide(writes, left -> 1 + random.nextInt(Math.min(left, 9)));
            assertThat(together).as("seed %d", seed).isEqualTo(alone);
            assertThat(mixed).as("seed %d", seed).isEqualTo(alone);
        }
    }

    /// All that the outside ever sees.
    private record Decided(
            List<List<ChangeResult>> answers,
            List<@Nullable ChangeResult> receipts,
            Map<UUID, Head> heads,
            Map<UUID, List<LogRow>> log,
            Map<SpaceEntity, Tables.Row> entities) {}

    private static Decided decide(List<WriteRecord> writes, IntUnaryOperator batchSize) {
        Tables tables = new Tables();
        List<List<ChangeResult>> answers = new ArrayList<>();
        int from = 0;
        while (from < writes.size()) {
            int to = from + batchSize.applyAsInt(writes.size() - from);
            Loaded loaded = tables.load(writes.subList(from, to), TypeRules.RULES);
            Batch batch = new Batch(loaded, TypeRules.RULES, 1_500_000);
            for (int i = from; i < to; i++) {
                answers.add(batch.decide(writes.get(i), new Source(1, i)));
            }
            tables.write(batch.written());
            from = to;
        }
        List<@Nullable ChangeResult> receipts = new ArrayList<>();
        for (WriteRecord write : writes) {
            for (Change change : write.changes()) {
                receipts.add(tables.receipt(write.space(), change.changeId()));
            }
        }
        return new Decided(answers, receipts, tables.heads(), tables.log(), tables.entities());
    }
}
