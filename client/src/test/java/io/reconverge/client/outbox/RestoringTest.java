package io.reconverge.client.outbox;

import static io.reconverge.client.RandomData.json;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.reconverge.client.SpecTables;
import io.reconverge.client.conflict.ConflictStrategy;
import io.reconverge.client.outbox.Restored.Kind;
import io.reconverge.wire.Entity;
import io.reconverge.wire.JsonObject;
import io.reconverge.wire.Problem;
import io.reconverge.wire.ProblemType;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// A backup's version of an entity, whatever is here.
class RestoringTest {

    private static final long BACKUP_AT = 1_000;
    private static final JsonObject BACKUP = json("{'a':2,'b':2}");
    private static final JsonObject HERE = json("{'a':1,'h':1}");

    private static final Map<String, List<ConflictStrategy>> STRATEGIES =
            Map.of(
                    "`SERVER_DECIDES`, `LAST_WRITE_WINS`",
                    List.of(
                            new ConflictStrategy.ServerDecides(),
                            new ConflictStrategy.LastWriteWins()),
                    "`FIELD_MERGE`",
                    List.of(new ConflictStrategy.FieldMerge()),
                    "`KEEP_LOCAL`",
                    List.of(new ConflictStrategy.KeepLocal()),
                    "`KEEP_REMOTE`",
                    List.of(new ConflictStrategy.KeepRemote()),
                    "`ASK`, a resolver",
                    List.of(
                            new ConflictStrategy.Ask(),
                            new ConflictStrategy.Resolve(_ -> {
                                throw new AssertionError("not asked in a transaction");
                            })));

    private final Moments moments = new Moments();

    @TestFactory
    Stream<DynamicTest> every_cell_of_the_table() {
        SpecTables.Table table =
                SpecTables.beginning("here", "`SERVER_DECIDES`, `LAST_WRITE_WINS`");
        assertThat(table.heads()).containsExactlyInAnyOrderElementsOf(STRATEGIES.keySet());
        return table.rows().entrySet().stream()
                .flatMap(row ->
                        row.getValue().entrySet().stream()
                                .map(cell ->
                                        DynamicTest.dynamicTest(
                                                row.getKey() + " under " + cell.getKey(),
                                                () ->
                                                        requireNonNull(
                                                                        STRATEGIES.get(
                                                                                cell.getKey()))
                                                                .forEach(strategy ->
                                                                        check(
                                                                                here(row.getKey()),
                                                                                strategy,
                                                                                cell
                                                                                        .getValue())))));
    }

    private Copy here(String row) {
        return switch (row) {
            case "nothing" -> new Copy(null, List.of());
            case "a deletion" -> new Copy(base(null, 500), List.of());
            case "a deletion, not sent" ->
                    edited(new Copy(base(HERE, 400), List.of()), Edit.delete(), 500);
            case "the same" -> new Copy(base(json("{'b':2.0,'a':2}"), 500), List.of());
            case "an earlier version" -> new Copy(base(HERE, BACKUP_AT - 1), List.of());
            case "a later version" -> new Copy(base(HERE, BACKUP_AT), List.of());
            case "an earlier edit, not sent" -> edit(BACKUP_AT - 1);
            case "a later edit, not sent" -> edit(BACKUP_AT);
            case "an earlier edit, on its way" -> edit(BACKUP_AT - 1).sent(new UUID(1, 1), 1);
            case "an earlier edit, parked" -> parked();
            case "an earlier edit, in conflict" -> {
                Copy copy = edit(BACKUP_AT - 1);
                yield copy.meet(
                                new Entity(
                                        "note", "n", 9, json("{'o':1}"), false, 1, 700, "x", "y"),
                                new ConflictStrategy.Ask(),
                                moments.at(800))
                        .copy();
            }
            default -> throw new AssertionError("no such row: " + row);
        };
    }

    private Copy edit(long at) {
        return edited(new Copy(base(json("{'a':0}"), 300), List.of()), Edit.put(HERE), at);
    }

    private Copy edited(Copy copy, Edit edit, long at) {
        return copy.edit(edit, moments.at(at)).copy();
    }

    private Copy parked() {
        Copy sent = edit(BACKUP_AT - 1).sent(new UUID(1, 1), 1);
        return sent.refused(
                        Problem.of(ProblemType.UNPROCESSABLE, "no"),
                        new ConflictStrategy.ServerDecides(),
                        moments.at(900))
                .copy();
    }

    private static Entity base(@Nullable JsonObject data, long modifiedAt) {
        return new Entity("note", "n", 4, data, data == null, 1, modifiedAt, "ann", "d");
    }

    private Restored restore(Copy copy, ConflictStrategy strategy, boolean deleted) {
        return Restoring.restore(copy, BACKUP, BACKUP_AT, deleted, strategy, moments.at(5_000));
    }

    private void check(Copy here, ConflictStrategy strategy, String cell) {
        Restored restored = restore(here, strategy, false);
        Copy after = restored.outcome().copy();
        List<Note> lost =
                restored.outcome().notes().stream()
                        .filter(note -> note instanceof Note.Settled)
                        .toList();
        String kind = restored.kind().name().toLowerCase(Locale.ROOT);
        assertThat(kind + (lost.isEmpty() ? "" : ", kept") + (after.equals(here) ? " –" : ""))
                .isEqualTo(cell);
        lost.forEach(
                note -> assertThat(((Note.Settled) note).clash().local()).isEqualTo(here.view()));
        if (!after.equals(here)) {
            assertThat(after.view())
                    .isEqualTo(
                            strategy instanceof ConflictStrategy.FieldMerge && here.view() != null
                                    ? json(
                                            here.modifiedAt() < BACKUP_AT
                                                    ? "{'a':2,'b':2,'h':1}"
                                                    : "{'a':1,'b':2,'h':1}")
                                    : BACKUP);
            assertThat(after.modifiedAt()).isEqualTo(Math.max(BACKUP_AT, entryTime(here)));
        }
        Restored again = restore(after, strategy, false);
        assertThat(again.outcome()).as("twice is once").isEqualTo(Outcome.of(after));
    }

    /// An entry's time never goes back.
    private static long entryTime(Copy here) {
        return here.entries().isEmpty() ? 0 : here.modifiedAt();
    }

    @Test
    void what_was_deleted_comes_back_as_a_write_of_now_where_that_is_asked_for() {
        for (String row : List.of("a deletion", "a deletion, not sent")) {
            Restored restored = restore(here(row), new ConflictStrategy.ServerDecides(), true);
            assertThat(restored.kind()).isEqualTo(Kind.WRITTEN);
            assertThat(restored.outcome().copy().view()).isEqualTo(BACKUP);
            assertThat(restored.outcome().copy().modifiedAt()).isEqualTo(5_000);
        }
    }

    @Test
    void an_open_conflict_has_the_backup_on_the_local_side() {
        Restored restored = restore(here("an earlier version"), new ConflictStrategy.Ask(), false);
        Entry held = requireNonNull(restored.outcome().copy().first());
        assertThat(held.state()).isInstanceOf(EntryState.Held.class);
        Note.Opened opened = (Note.Opened) restored.outcome().notes().getFirst();
        assertThat(opened.clash().local()).isEqualTo(BACKUP);
        assertThat(opened.clash().remote()).isEqualTo(HERE);
        assertThat(opened.clash().fields()).containsExactly("a");
    }
}
