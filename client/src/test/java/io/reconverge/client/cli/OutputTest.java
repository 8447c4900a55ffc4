package io.reconverge.client.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.reconverge.client.cli.Terminal.Run;
import io.reconverge.wire.WireJson;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What others wrote must not act on whoever reads it.
class OutputTest {

    private static final String HOSTILE =
            "a\u001b[2J\u001b]0;x\u0007\u009b31m\rb\u202ec\u2066d\u2028e\ufefff\u007f\b";

    @TempDir private Path folder;

    @Test
    void no_answer_moves_the_cursor_whatever_the_data_is() {
        Terminal terminal = new Terminal(folder);
        String json =
                WireJson.MAPPER.writeValueAsString(
                        WireJson.MAPPER.createObjectNode().put(HOSTILE, HOSTILE));
        terminal.input(json);
        assertThat(terminal.run("put", "note", HOSTILE, "-").code()).isEqualTo(0);

        for (String[] arguments :
                new String[][] {
                    {"ls", "note"},
                    {"ls", "note", "--json"},
                    {"get", "note", HOSTILE},
                    {"get", "note", HOSTILE, "--json"},
                    {"put", "note", HOSTILE, "a=1"},
                    {"get", "note", HOSTILE + "none"},
                    {"get", "note", HOSTILE + "none", "--json"},
                    {"rm", "note", HOSTILE},
                    {HOSTILE},
                    {"get", HOSTILE, "a"},
                    {"put", "note", "a", HOSTILE},
                    {"--" + HOSTILE},
                    {"resolve", HOSTILE, "--keep-local"},
                    {"whoami"},
                    {"log"}
                }) {
            Run run = terminal.run(arguments);
            assertThat((run.out() + run.err()).codePoints())
                    .as(String.join(" ", arguments))
                    .noneMatch(point ->
                            point != '\n'
                                    && (Character.isISOControl(point)
                                            || Character.getType(point) == Character.FORMAT
                                            || point == 0x2028));
        }
    }

    @Test
    void escaped_json_means_the_same() {
        Random random = new Random(3);
        for (int i = 0; i < 2_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int j = 0; j < 8; j++) {
                int point = random.nextInt(random.nextBoolean() ? 0xff : 0x10ffff);
                text.appendCodePoint(point >= 0xd800 && point <= 0xdfff ? 'x' : point);
            }
            String json = WireJson.MAPPER.writeValueAsString(text.toString());
            assertThat(WireJson.MAPPER.readValue(Printer.escaped(json), String.class))
                    .isEqualTo(text.toString());
        }
        assertThat(Printer.escaped("\u00e9 \u4e2d \ud83d\udc68\u200d\ud83d\udc69"))
                .as("what scripts and emoji are written with")
                .isEqualTo("\u00e9 \u4e2d \ud83d\udc68\u200d\ud83d\udc69");
    }

    @Test
    void lines_are_cut_off_at_the_terminals_edge_and_nowhere_else() {
        Terminal terminal = new Terminal(folder);
        terminal.run("put", "note", "n-1", "title=" + "x".repeat(300));

        assertThat(terminal.run("ls", "note").out().lines().map(String::length))
                .anyMatch(length -> length > 300);
        terminal.asTerminal(60);
        assertThat(terminal.run("ls", "note").out().lines())
                .allMatch(line -> line.length() <= 60)
                .anyMatch(line -> line.endsWith("\u2026"));
    }

    @Test
    void columns_stand_below_each_other_whatever_the_script() {
        Terminal terminal = new Terminal(folder);
        terminal.run("put", "note", "\u4e2d\u6587", "a=1");
        terminal.run("put", "note", "abcd", "a=1");

        assertThat(terminal.run("ls", "note").out().lines().skip(1))
                .allMatch(line -> line.matches("(abcd|\u4e2d\u6587) {8}0  pending .*"));
    }

    @Test
    void colours_are_for_terminals_that_want_them() {
        assertThat(new Terminal(folder).run("--help").out()).doesNotContain("\u001b");
        Terminal terminal = new Terminal(folder).asTerminal(80);
        assertThat(terminal.run("--help").out()).contains("\u001b[");
        terminal.with("NO_COLOR", "1");
        assertThat(terminal.run("--help").out()).doesNotContain("\u001b");
    }

    @Test
    void sizes_and_spans_are_in_units_for_people() {
        assertThat(Printer.size(0)).isEqualTo("0 B");
        assertThat(Printer.size(1023)).isEqualTo("1023 B");
        assertThat(Printer.size(1024)).isEqualTo("1.0 KiB");
        assertThat(Printer.size(1024 * 1024 - 1)).isEqualTo("1.0 MiB");
        assertThat(Printer.size(Long.MAX_VALUE)).isEqualTo("8388608.0 TiB");
    }
}
