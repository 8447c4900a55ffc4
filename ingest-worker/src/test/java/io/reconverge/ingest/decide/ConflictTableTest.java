package io.reconverge.ingest.decide;

import static io.reconverge.ingest.decide.Sent.delete;
import static io.reconverge.ingest.decide.Sent.patch;
import static io.reconverge.ingest.decide.Sent.put;
import static org.assertj.core.api.Assertions.assertThat;

import io.reconverge.wire.ChangeResult;
import io.reconverge.wire.Entity;
import io.reconverge.wire.OnConflict;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.node.ObjectNode;

/// The conflict table, each cell of it.
///
/// What stands is one of
/// - `nothing`;
/// - `entity`: at version 1 and time 100 it was `{title: a, body: b}`, at version 2 and time 200
///   its body became `B`;
/// - `tombstone`: made like the entity, and deleted at version 2 and time 200.
///
/// Version 3 is of another entity, so the head is 3. Then comes a put or a patch with `{title: x,
/// body: y}`, or a delete. A cell says what becomes of it, then what stands after that: the title's
/// letter and the body's, or `-`; then `!` and the conflict fields, if any.
class ConflictTableTest {

    private static final String TABLE =
            """
            stands    | base         | op               | at         | reject                  | lww             | merge

            nothing   | none 0 1 2 3 | put patch        | 50 150 300 | applied xy              | applied xy      | applied xy
            nothing   | none 0 1 2 3 | delete           | 50 150 300 | applied -               | applied -       | applied -
            nothing   | 4            | put patch delete | 50 150 300 | base-version-ahead -    | =               | =

            entity    | 2 3          | put patch        | 50 150 300 | applied xy              | applied xy      | applied xy
            entity    | 2 3          | delete           | 50 150 300 | applied -               | applied -       | applied -

            entity    | none         | put              | 300        | applied xy              | applied xy      | applied xy
            entity    | none         | put              | 50 150     | superseded aB           | superseded aB   | superseded aB
            entity    | none         | patch            | 300        | applied xy              | applied xy      | applied xy
            entity    | none         | patch            | 150        | merged xB !body         | merged xB !body | merged xB !body
            entity    | none         | patch            | 50         | superseded aB           | superseded aB   | superseded aB
            entity    | none         | delete           | 300        | applied -               | applied -       | applied -
            entity    | none         | delete           | 50 150     | superseded aB           | superseded aB   | superseded aB

            entity    | 1            | put              | 300        | conflict aB !body       | applied xy      | merged xy !body
            entity    | 1            | put              | 50 150     | conflict aB !body       | superseded aB   | merged xB !body
            entity    | 1            | patch            | 300        | conflict aB !body       | applied xy      | merged xy !body
            entity    | 1            | patch            | 150        | conflict aB !body       | merged xB !body | merged xB !body
            entity    | 1            | patch            | 50         | conflict aB !body       | superseded aB   | merged xB !body
            entity    | 1            | delete           | 300        | conflict aB             | applied -       | conflict aB
            entity    | 1            | delete           | 50 150     | conflict aB             | superseded aB   | conflict aB

            entity    | 0            | put              | 300        | conflict aB !body,title | applied xy      | merged xy !body,title
            entity    | 0            | put              | 150        | conflict aB !body,title | superseded aB   | merged xB !body,title
            entity    | 0            | put              | 50         | conflict aB !body,title | superseded aB   | superseded aB
            entity    | 0            | patch            | 300        | conflict aB !body,title | applied xy      | merged xy !body,title
            entity    | 0            | patch            | 150        | conflict aB !body,title | merged xB !body | merged xB !body,title
            entity    | 0            | patch            | 50         | conflict aB !body,title | superseded aB   | superseded aB
            entity    | 0            | delete           | 300        | conflict aB             | applied -       | conflict aB
            entity    | 0            | delete           | 50 150     | conflict aB             | superseded aB   | conflict aB

            entity    | 4            | put patch delete | 50 150 300 | base-version-ahead aB   | =               | =

            tombstone | 2 3          | put patch        | 50 150 300 | applied xy              | applied xy      | applied xy
            tombstone | none         | put patch        | 300        | applied xy              | applied xy      | applied xy
            tombstone | none         | put patch        | 50 150     | superseded -            | superseded -    | superseded -
            tombstone | 1            | put patch        | 300        | conflict -              | applied xy      | conflict -
            tombstone | 1            | put patch        | 50 150     | conflict -              | superseded -    | conflict -
            tombstone | 0            | put patch        | 300        | applied xy              | applied xy      | conflict -
            tombstone | 0            | put patch        | 50 150     | applied xy              | superseded -    | conflict -
            tombstone | 1            | delete           | 50 150 300 | conflict -              | applied -       | applied -
            tombstone | none 0 2 3   | delete           | 50 150 300 | applied -               | applied -       | applied -
            tombstone | 4            | put patch delete | 50 150 300 | base-version-ahead -    | =               | =
            """;

    private static final List<OnConflict> POLICIES =
            List.of(OnConflict.REJECT, OnConflict.LWW, OnConflict.MERGE);

    record Case(String stands, String base, String op, long at, OnConflict policy) {}

    /// @param then `=` stands for the cell before it
    record Cell(Case when, String then) {}

    static List<Cell> cells() {
        List<Cell> cells = new ArrayList<>();
        for (String line : TABLE.lines().skip(1).filter(line -> !line.isBlank()).toList()) {
            String[] columns = line.strip().split(" *\\| *", -1);
            for (String base : columns[1].split(" ", -1)) {
                for (String op : columns[2].split(" ", -1)) {
                    for (String at : columns[3].split(" ", -1)) {
                        String then = "";
                        for (int column = 0; column < POLICIES.size(); column++) {
                            String said = columns[4 + column];
                            then = said.equals("=") ? then : said;
                            Case when =
                                    new Case(
                                            columns[0],
                                            base,
                                            op,
                                            Long.parseLong(at),
                                            POLICIES.get(column));
                            cells.add(new Cell(when, then));
                        }
                    }
                }
            }
        }
        return cells;
    }

    @Test
    void the_table_has_every_cell_once() {
        List<Case> all = new ArrayList<>();
        for (String stands : List.of("nothing", "entity", "tombstone")) {
            for (String base : List.of("none", "0", "1", "2", "3", "4")) {
                for (String op : List.of("put", "patch", "delete")) {
                    for (long at : new long[] {50, 150, 300}) {
                        for (OnConflict policy : POLICIES) {
                            all.add(new Case(stands, base, op, at, policy));
                        }
                    }
                }
            }
        }
        assertThat(cells().stream().map(Cell::when)).containsExactlyInAnyOrderElementsOf(all);
    }

    @ParameterizedTest
    @MethodSource("cells")
    void a_change_becomes_what_the_table_says(Cell cell) {
        Sent change = change(cell.when).under(cell.when.policy);

        assertThat(outcome(cell.when, change)).isEqualTo(cell.then);
    }

    @ParameterizedTest
    @MethodSource("cells")
    void a_change_that_names_no_policy_goes_by_its_type_s(Cell cell) {
        String type =
                switch (cell.when.policy) {
                    case REJECT -> "task";
                    case LWW -> "note";
                    case MERGE -> "list";
                };

        assertThat(outcome(cell.when, change(cell.when).typed(type))).isEqualTo(cell.then);
    }

    private static Sent change(Case when) {
        Sent sent =
                switch (when.op) {
                    case "put" -> put("n", "{'title':'x','body':'y'}");
                    case "patch" -> patch("n", "{'title':'x','body':'y'}");
                    case "delete" -> delete("n");
                    default -> throw new IllegalArgumentException(when.op);
                };
        return sent.on(when.base.equals("none") ? null : Long.valueOf(when.base)).at(when.at);
    }

    private static String outcome(Case when, Sent change) {
        Space space = new Space();
        Sent made = put("n", "{'title':'a','body':'b'}").at(100).typed(change.type());
        Sent edited = patch("n", "{'body':'B'}").at(200).typed(change.type());
        Sent deleted = delete("n").at(200).typed(change.type());
        Sent other = put("other", "{}");
        switch (when.stands) {
            case "nothing" -> space.send("desk", other, other.at(1), other.at(2));
            case "entity" -> space.send("desk", made, edited.on(1), other);
            case "tombstone" -> space.send("desk", made, deleted.on(1), other);
            default -> throw new IllegalArgumentException(when.stands);
        }
        assertThat(space.head().version()).isEqualTo(3);

        return said(space.one("phone", change), letters(space.entity(change.type(), "n")));
    }

    private static String letters(@Nullable Entity entity) {
        if (entity == null || entity.data() == null) {
            return "-";
        }
        ObjectNode data = entity.data().tree();
        return data.get("title").stringValue() + data.get("body").stringValue();
    }

    private static String said(ChangeResult result, String stands) {
        return switch (result) {
            case ChangeResult.Applied _ -> "applied " + stands;
            case ChangeResult.Merged merged -> "merged " + stands + named(merged.conflictFields());
            case ChangeResult.Superseded _ -> "superseded " + stands;
            case ChangeResult.Conflict conflict ->
                    "conflict " + stands + named(conflict.conflictFields());
            case ChangeResult.Rejected rejected -> Space.slug(rejected.problem()) + " " + stands;
            case ChangeResult.Pending _, ChangeResult.Unknown _ ->
                    throw new AssertionError(result + " is not a decision");
        };
    }

    private static String named(List<String> conflictFields) {
        return conflictFields.isEmpty() ? "" : " !" + String.join(",", conflictFields);
    }
}
