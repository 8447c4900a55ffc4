package io.reconverge.client.sync;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.reconverge.client.SpecTables;
import io.reconverge.client.sync.SyncEvent.Next;
import io.reconverge.client.sync.SyncState.Again;
import io.reconverge.client.sync.SyncState.Memory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// Walks the two tables of SPEC.md.
class SyncTableTest {

    private static final long NOW = 1_000_000;
    private static final long REQUEST = 7;
    private static final Memory GOOD = new Memory(true, true, false, REQUEST, 0, 0);

    private static final List<SyncState> AT_REST =
            List.of(
                    new SyncState.Stopped(GOOD),
                    new SyncState.Paused(GOOD.paused(true)),
                    new SyncState.SignedOut(GOOD.signedIn(false)),
                    new SyncState.Offline(GOOD.online(false)),
                    new SyncState.Idle(GOOD, NOW),
                    new SyncState.Scheduled(GOOD, NOW, NOW + 5_000),
                    new SyncState.BackingOff(GOOD, NOW));

    private static final List<SyncState> IN_A_RUN =
            List.of(
                    new SyncState.Starting(GOOD, Again.NO),
                    new SyncState.AskingReceipts(GOOD, Again.NO),
                    new SyncState.Pushing(GOOD, Again.NO),
                    new SyncState.Pulling(GOOD, Again.NO),
                    new SyncState.Resyncing(GOOD, Again.NO));

    private static final List<SyncEvent> EVENTS = events();

    private static List<SyncEvent> events() {
        List<SyncEvent> events =
                new ArrayList<>(
                        List.of(
                                new SyncEvent.Start(),
                                new SyncEvent.Stop(),
                                new SyncEvent.LocalWrite(),
                                new SyncEvent.Foreground(),
                                new SyncEvent.ManualSync(),
                                new SyncEvent.TimerFired(),
                                new SyncEvent.ConnectivityLost(),
                                new SyncEvent.ConnectivityRegained(),
                                new SyncEvent.TokenLost(),
                                new SyncEvent.TokenAvailable(),
                                new SyncEvent.Pause(),
                                new SyncEvent.Resume(),
                                new SyncEvent.LiveEvent(),
                                new SyncEvent.LiveLost(0.5),
                                new SyncEvent.Outstanding(REQUEST, 0.5),
                                new SyncEvent.CursorExpired(REQUEST, 0.5),
                                new SyncEvent.Unauthorized(REQUEST),
                                new SyncEvent.NetworkFailed(REQUEST, 0.5),
                                new SyncEvent.ServerBusy(REQUEST, 0, 0.5),
                                new SyncEvent.ServerFailed(REQUEST, 0.5),
                                new SyncEvent.ReplicaFailed(REQUEST, 0.5)));
        for (Next next : Next.values()) {
            events.add(new SyncEvent.Answered(REQUEST, next));
        }
        return events;
    }

    private final SyncMachine machine = new SyncMachine(SyncSettings.defaults());

    @TestFactory
    Stream<DynamicTest> every_cell_at_rest_is_what_the_machine_does() {
        return cells(SpecTables.beginning("event", "stopped"), AT_REST);
    }

    @TestFactory
    Stream<DynamicTest> every_cell_in_a_run_is_what_the_machine_does() {
        return cells(SpecTables.beginning("event", "starting"), IN_A_RUN);
    }

    @Test
    void the_samples_are_of_every_state_and_every_event_there_is() {
        assertThat(Stream.concat(AT_REST.stream(), IN_A_RUN.stream()).map(Object::getClass))
                .containsExactlyInAnyOrderElementsOf(leaves(SyncState.class));
        assertThat(EVENTS.stream().<Class<?>>map(Object::getClass).distinct())
                .containsExactlyInAnyOrderElementsOf(leaves(SyncEvent.class));
    }

    @Test
    void in_a_run_the_end_of_another_request_changes_nothing() {
        for (SyncState state : IN_A_RUN) {
            SyncState late = withRequest(state, REQUEST + 1);
            for (SyncEvent event : EVENTS) {
                if (event instanceof SyncEvent.Ended) {
                    assertThat(machine.next(late, event, NOW)).isEqualTo(Step.to(late));
                }
            }
        }
    }

    private Stream<DynamicTest> cells(SpecTables.Table table, List<SyncState> states) {
        Map<String, SyncState> columns = new LinkedHashMap<>();
        states.forEach(state -> columns.put(name(state), state));
        Map<String, SyncEvent> rows = new LinkedHashMap<>();
        EVENTS.forEach(event -> rows.put(name(event), event));
        assertThat(table.heads()).containsExactlyInAnyOrderElementsOf(columns.keySet());
        assertThat(table.rows().keySet()).containsExactlyInAnyOrderElementsOf(rows.keySet());
        return table.rows().entrySet().stream()
                .flatMap(row ->
                        row.getValue().entrySet().stream()
                                .map(cell ->
                                        DynamicTest.dynamicTest(
                                                cell.getKey() + " × " + row.getKey(),
                                                () ->
                                                        check(
                                                                requireNonNull(
                                                                        columns.get(cell.getKey())),
                                                                requireNonNull(
                                                                        rows.get(row.getKey())),
                                                                cell.getValue()))));
    }

    private void check(SyncState state, SyncEvent event, String cell) {
        SyncState before = cell.endsWith("(noted)") ? unnoted(state, event) : state;
        Step step = machine.next(before, event, NOW);
        assertThat(cell).matches("– [a-g]|[a-z ]+( \\(noted\\)|: [a-z, ]+)?");
        if (cell.startsWith("–")) {
            assertThat(step).isEqualTo(Step.to(state));
            return;
        }
        boolean noted = cell.endsWith(" (noted)");
        String[] parts = cell.replace(" (noted)", "").split(": ", 2);
        assertThat(name(step.state())).isEqualTo(parts[0]);
        assertThat(step.actions().stream().map(SyncTableTest::name))
                .isEqualTo(parts.length == 1 ? List.of() : List.of(parts[1].split(", ")));
        if (noted) {
            assertThat(step.state()).isNotEqualTo(before);
        }
    }

    /// The state before it knew what the event will have it note.
    private static SyncState unnoted(SyncState state, SyncEvent event) {
        Memory memory = state.memory();
        Memory without =
                switch (event) {
                    case SyncEvent.ConnectivityRegained _ -> memory.online(false);
                    case SyncEvent.TokenAvailable _ -> memory.signedIn(false);
                    case SyncEvent.Resume _ -> memory.paused(true);
                    case SyncEvent _ -> memory;
                };
        return switch (state) {
            case SyncState.Stopped _ -> new SyncState.Stopped(without);
            case SyncState.Paused _ -> new SyncState.Paused(without);
            case SyncState.SignedOut _ -> new SyncState.SignedOut(without);
            case SyncState.Offline _, SyncState.Waiting _, SyncState.Busy _ -> state;
        };
    }

    private static String name(SyncState state) {
        return words(state.getClass().getSimpleName());
    }

    private static String name(SyncEvent event) {
        return switch (event) {
            case SyncEvent.Answered(_, Next next) ->
                    "answered: " + next.name().toLowerCase(Locale.ROOT);
            case SyncEvent.Outstanding _ -> "answers outstanding";
            case SyncEvent _ -> words(event.getClass().getSimpleName());
        };
    }

    private static String name(SyncAction action) {
        return switch (action) {
            case SyncAction.Look _ -> "look";
            case SyncAction.AskReceipts _ -> "receipts";
            case SyncAction.Push _ -> "push";
            case SyncAction.Pull _ -> "pull";
            case SyncAction.Cancel _ -> "cancel";
            case SyncAction.WakeAt _ -> "wake";
            case SyncAction.OpenLive _ -> "open live";
            case SyncAction.CloseLive _ -> "close live";
            case SyncAction.Report(SyncAction.Ending ending) ->
                    "report " + ending.name().toLowerCase(Locale.ROOT).replace('_', ' ');
        };
    }

    private static String words(String camelCase) {
        return camelCase.replaceAll("(?<=[a-z])(?=[A-Z])", " ").toLowerCase(Locale.ROOT);
    }

    private static List<Class<?>> leaves(Class<?> sealed) {
        return sealed.isSealed()
                ? Stream.of(sealed.getPermittedSubclasses())
                        .flatMap(permitted -> leaves(permitted).stream())
                        .toList()
                : List.of(sealed);
    }

    private static SyncState withRequest(SyncState state, long request) {
        Memory memory = new Memory(true, true, false, request, 0, 0);
        return switch (state) {
            case SyncState.Starting _ -> new SyncState.Starting(memory, Again.NO);
            case SyncState.AskingReceipts _ -> new SyncState.AskingReceipts(memory, Again.NO);
            case SyncState.Pushing _ -> new SyncState.Pushing(memory, Again.NO);
            case SyncState.Pulling _ -> new SyncState.Pulling(memory, Again.NO);
            case SyncState.Resyncing _ -> new SyncState.Resyncing(memory, Again.NO);
            case SyncState.Stopped _, SyncState.Hindered _, SyncState.Waiting _ ->
                    throw new AssertionError(state);
        };
    }
}
