package io.reconverge.client.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.reconverge.client.cli.Terminal.Run;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class HelpTest {

    @TempDir private Path folder;

    private CommandLine all() {
        return Reconverge.commandLine(Surroundings.ofProcess(), List.of());
    }

    @Test
    void the_help_has_every_command_and_exit_code() {
        Run help = new Terminal(folder).run("--help");

        assertThat(help.code()).isEqualTo(0);
        assertThat(all().getSubcommands().keySet())
                .hasSize(27)
                .allMatch(name -> help.out().contains("\n  " + name + " "));
        for (ExitCode code : ExitCode.values()) {
            assertThat(help.out()).contains("   " + code.code() + "   " + code.meaning());
        }
    }

    @Test
    void every_command_option_and_parameter_says_what_it_does() {
        check(all());
    }

    private void check(CommandLine command) {
        var spec = command.getCommandSpec();
        assertThat(spec.usageMessage().description()).as(spec.qualifiedName()).isNotEmpty();
        spec.args()
                .forEach(argument ->
                        assertThat(String.join("", argument.description()))
                                .as("%s %s", spec.qualifiedName(), argument.paramLabel())
                                .isNotBlank());
        assertThat(spec.optionsMap())
                .as(spec.qualifiedName())
                .containsKeys("--json", "--home", "--space", "--quiet", "--verbose", "--help");
        command.getSubcommands().values().forEach(this::check);
    }

    @Test
    void a_command_is_named_in_its_annotation_as_it_is_called() {
        for (Map.Entry<String, CommandLine> command : all().getSubcommands().entrySet()) {
            assertThat(
                            command.getValue()
                                    .getCommandSpec()
                                    .userObject()
                                    .getClass()
                                    .getAnnotation(CommandLine.Command.class)
                                    .name())
                    .isEqualTo(command.getKey());
        }
    }

    @Test
    void each_command_has_a_help_of_its_own() {
        for (String command : all().getSubcommands().keySet()) {
            Run help = new Terminal(folder).run(command, "--help");
            assertThat(help.code()).as(command).isEqualTo(0);
            assertThat(help.out()).startsWith("Usage: reconverge " + command + " ");
            assertThat(help.out().lines()).allMatch(line -> line.length() <= 100);
        }
    }

    @Test
    void options_stand_before_or_after_the_command() {
        Terminal terminal = new Terminal(folder);
        String home = terminal.home().toString();
        terminal.runAsIs("--home", home, "put", "note", "put", "a=1");

        assertThat(terminal.runAsIs("get", "note", "put", "--home", home, "--json").code())
                .isEqualTo(0);
        assertThat(
                        terminal.runAsIs("--json", "get", "--home=" + home, "note", "put")
                                .json()
                                .path("id"))
                .hasToString("\"put\"");
    }

    @Test
    void what_is_not_understood_ends_with_2_and_where_to_look() {
        Terminal terminal = new Terminal(folder);
        for (String[] arguments :
                new String[][] {
                    {},
                    {"frob"},
                    {"put"},
                    {"get", "note"},
                    {"ls", "--limit", "x"},
                    {"queue"},
                    {"media"},
                    {"resolve", "x"},
                    {"put", "--frob", "a", "b"}
                }) {
            Run run = terminal.run(arguments);
            assertThat(run.code()).as(String.join(" ", arguments)).isEqualTo(2);
            assertThat(run.out()).isEmpty();
            assertThat(run.err()).startsWith("reconverge: ");
        }
        Run json = terminal.run("get", "note", "--json");
        assertThat(json.problem().path("type").asString()).isEqualTo("urn:reconverge:cli:usage");
        assertThat(json.problem().path("exitCode").asInt()).isEqualTo(2);
    }

    @Test
    void the_completion_is_a_script_that_bash_takes_and_knows_every_command() throws Exception {
        Run run = new Terminal(folder).run("completion");
        Path script = Files.writeString(folder.resolve("completion"), run.out());

        Process bash =
                new ProcessBuilder("bash", "-n", script.toString())
                        .redirectErrorStream(true)
                        .start();
        String said = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(bash.waitFor()).as(said).isEqualTo(0);
        assertThat(all().getSubcommands().keySet())
                .allMatch(name -> run.out().contains("_picocli_reconverge_" + name + "()"));
        Process completing =
                new ProcessBuilder(
                                "bash",
                                "-c",
                                "source \"$0\"; compopt() { :; }; COMP_WORDS=(reconverge me); COMP_CWORD=1; COMP_LINE='reconverge me';"
                                        + " COMP_POINT=13; _complete_reconverge; echo \"${COMPREPLY[*]}\"",
                                script.toString())
                        .redirectErrorStream(true)
                        .start();
        assertThat(completing.inputReader().readLine()).isEqualTo("media");
    }

    @Test
    void the_version_names_the_java_it_runs_on() {
        assertThat(new Terminal(folder).run("--version").out())
                .startsWith("reconverge ")
                .contains("Java " + System.getProperty("java.version"));
    }
}
