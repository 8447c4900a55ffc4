package io.reconverge.client.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/// `reconverge`: the library in a terminal.
@Command(
        name = "reconverge",
        description = {
            "Data that is here at once, with or without a network, and on all your devices when there is one.",
            ""
        },
        versionProvider = Reconverge.Version.class)
public final class Reconverge implements Runnable {

    /// In the order of the help.
    private static final List<Map.Entry<String, Class<? extends Subcommand>>> COMMANDS =
            List.of(
                    Map.entry("login", LoginCommand.class),
                    Map.entry("logout", LogoutCommand.class),
                    Map.entry("whoami", WhoamiCommand.class),
                    Map.entry("put", PutCommand.class),
                    Map.entry("add", AddCommand.class),
                    Map.entry("patch", PatchCommand.class),
                    Map.entry("get", GetCommand.class),
                    Map.entry("rm", RemoveCommand.class),
                    Map.entry("ls", ListCommand.class),
                    Map.entry("sync", SyncCommand.class),
                    Map.entry("watch", WatchCommand.class),
                    Map.entry("status", StatusCommand.class),
                    Map.entry("conflicts", ConflictsCommand.class),
                    Map.entry("resolve", ResolveCommand.class),
                    Map.entry("strategy", StrategyCommand.class),
                    Map.entry("history", HistoryCommand.class),
                    Map.entry("restore", RestoreCommand.class),
                    Map.entry("media", MediaCommand.class),
                    Map.entry("space", SpaceCommand.class),
                    Map.entry("export", ExportCommand.class),
                    Map.entry("import", ImportCommand.class),
                    Map.entry("queue", QueueCommand.class),
                    Map.entry("pause", PauseCommand.class),
                    Map.entry("resume", ResumeCommand.class),
                    Map.entry("log", LogCommand.class),
                    Map.entry("doctor", DoctorCommand.class),
                    Map.entry("completion", CompletionCommand.class));

    private final Surroundings surroundings;

    @SuppressWarnings("NullAway.Init") // set before anything is called
    @Spec
    private CommandSpec spec;

    @Option(
            names = "--home",
            paramLabel = "DIR",
            scope = ScopeType.INHERIT,
            description =
                    "The folder that has everything (RECONVERGE_HOME; ~/.local/share/reconverge).")
    private @Nullable Path home;

    @Option(
            names = "--space",
            paramLabel = "ID",
            scope = ScopeType.INHERIT,
            description =
                    "The space: a shared one's id, 'drafts' for what never leaves this device; else your own, 'me'.")
    private @Nullable String space;

    @Option(
            names = "--json",
            scope = ScopeType.INHERIT,
            description =
                    "Answer in JSON: one document, or one a line. Errors go to stderr, in JSON too.")
    private boolean json;

    @Option(
            names = {"-q", "--quiet"},
            scope = ScopeType.INHERIT,
            description = "Say nothing but what was asked for.")
    private boolean quiet;

    @Option(
            names = {"-v", "--verbose"},
            scope = ScopeType.INHERIT,
            description = "Tell on stderr what is being done, and where it failed.")
    private boolean verbose;

    @Option(names = "--no-progress", scope = ScopeType.INHERIT, description = "No progress bars.")
    private boolean noProgress;

    @SuppressWarnings("unused") // by picocli alone
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = ScopeType.INHERIT,
            description = "Show this, or a command's help after its name.")
    private boolean help;

    @SuppressWarnings("unused") // by picocli alone
    @Option(
            names = {"-V", "--version"},
            versionHelp = true,
            description = "Show the version.")
    private boolean version;

    private Reconverge(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    public static void main(String[] arguments) {
        Surroundings surroundings = Surroundings.ofProcess();
        System.setErr(Printer.escaping(System.err));
        NativeSqlite.keepUnpacked(surroundings.environment());
        System.exit(execute(surroundings, arguments));
    }

    /// Runs a command line.
    ///
    /// @return the exit code
    static int execute(Surroundings surroundings, String... arguments) {
        return commandLine(surroundings, List.of(arguments)).execute(arguments);
    }

    /// With the commands that the arguments could mean. To read the annotations of all of them
    /// takes longer than most commands take.
    static CommandLine commandLine(Surroundings surroundings, List<String> arguments) {
        Reconverge root = new Reconverge(surroundings);
        boolean coloured =
                surroundings.outIsTerminal()
                        && surroundings.environment().getOrDefault("NO_COLOR", "").isEmpty();
        CommandLine commandLine = new CommandLine(root);
        commandsIn(arguments)
                .forEach(
                        command -> commandLine.addSubcommand(command.getKey(), command.getValue()));
        commandLine
                .setOut(new PrintWriter(surroundings.out(), true, StandardCharsets.UTF_8))
                .setErr(new PrintWriter(surroundings.err(), true, StandardCharsets.UTF_8))
                .setColorScheme(CommandLine.Help.defaultColorScheme(coloured ? Ansi.ON : Ansi.OFF))
                .setUsageHelpWidth(100)
                .setUsageHelpAutoWidth(false)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler(root::misused)
                .setExecutionExceptionHandler((e, _, _) -> root.failed(Failure.of(e)))
                .setExecutionStrategy(root::run)
                // @FILE is data, and read by the command itself
                .setExpandAtFiles(false);
        Map<String, String> codes = new LinkedHashMap<>();
        for (ExitCode code : ExitCode.values()) {
            codes.put(" " + code.code(), code.meaning());
        }
        commandLine.getCommandSpec().usageMessage().exitCodeList(codes);
        commandLine.getCommandSpec().usageMessage().exitCodeListHeading("%nExit codes:%n");
        return commandLine;
    }

    private static List<Map.Entry<String, Class<? extends Subcommand>>> commandsIn(
            List<String> arguments) {
        if (arguments.equals(List.of("--version"))) {
            return List.of();
        }
        List<Map.Entry<String, Class<? extends Subcommand>>> named =
                COMMANDS.stream().filter(command -> arguments.contains(command.getKey())).toList();
        boolean all =
                named.isEmpty()
                        || arguments.contains("completion")
                        || arguments.contains("-h")
                        || arguments.contains("--help");
        return all ? COMMANDS : named;
    }

    CommandContext context() {
        return new CommandContext(
                Home.of(home, surroundings.environment()),
                space,
                surroundings,
                new Printer(surroundings, json, quiet),
                new Progress(surroundings, !noProgress && !quiet && !json));
    }

    /// Without a command: the help, as an error.
    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "which command?");
    }

    private int run(ParseResult parsed) {
        // read by SLF4J's simple binding when the first logger is made, which is after this
        System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", verbose ? "debug" : "warn");
        return new CommandLine.RunLast().execute(parsed);
    }

    private int misused(ParameterException e, String[] arguments) {
        json |= Arrays.asList(arguments).contains("--json");
        CommandLine command = e.getCommandLine();
        failed(new Failure(ExitCode.USAGE, String.valueOf(e.getMessage())));
        if (!json) {
            String name = command.getCommandSpec().qualifiedName();
            boolean guessed = UnmatchedArgumentException.printSuggestions(e, command.getErr());
            if (!guessed) {
                surroundings.err().println("Try '" + name + " --help'.");
            }
        }
        return ExitCode.USAGE.code();
    }

    private int failed(Failure failure) {
        if (json) {
            new Printer(surroundings.toStderr(), true, false).document(failure.document());
        } else {
            surroundings
                    .err()
                    .println(
                            "reconverge: " + Printer.escaped(String.valueOf(failure.getMessage())));
            failure.errors()
                    .forEach(error ->
                            surroundings
                                    .err()
                                    .println(
                                            "  %s %s"
                                                    .formatted(
                                                            error.pointer().isEmpty()
                                                                    ? "it"
                                                                    : Printer.escaped(
                                                                            error.pointer()),
                                                            Printer.escaped(error.message()))));
        }
        if (verbose) {
            failure.printStackTrace(surroundings.err());
        }
        return failure.exitCode().code();
    }

    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Reconverge.class.getPackage().getImplementationVersion();
            return new String[] {
                "reconverge %s (Java %s)"
                        .formatted(
                                version == null ? "unpackaged" : version,
                                System.getProperty("java.version"))
            };
        }
    }
}
