package io.reconverge.client.cli;

import io.reconverge.wire.JsonObject;
import io.reconverge.wire.Role;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

@Command(
        name = "space",
        description = {
            "Spaces that people share. The server is asked; what is in one is synced like your own:",
            "`reconverge --space ID sync`."
        },
        subcommands = {
            SpaceCommand.Ls.class,
            SpaceCommand.Make.class,
            SpaceCommand.Who.class,
            SpaceCommand.Add.class,
            SpaceCommand.Rm.class,
            SpaceCommand.Leave.class
        })
final class SpaceCommand extends Subcommand {

    @Override
    ExitCode run(CommandContext context) {
        throw new ParameterException(spec().commandLine(), "ls, make, who, add, rm or leave?");
    }

    @Command(name = "ls", description = "Show your spaces.")
    static final class Ls extends Subcommand {

        @Override
        ExitCode run(CommandContext context) throws Exception {
            List<JsonObject> spaces = context.signedIn().server().spaces();
            Table table = new Table("ID", "NAME", "ROLE", "MEMBERS#", "VERSION#");
            for (JsonObject space : spaces) {
                JsonNode row = space.tree();
                table.row(
                        row.path("id").asString(""),
                        Printer.escaped(row.path("name").asString("")),
                        row.path("role").asString(""),
                        row.path("members").asString(""),
                        row.path("version").asString(""));
            }
            show(context, spaces, table);
            return ExitCode.OK;
        }
    }

    private static void show(CommandContext context, List<JsonObject> rows, Table table) {
        Printer printer = context.printer();
        if (printer.isJson()) {
            rows.forEach(printer::document);
        } else {
            printer.table(table);
        }
    }

    @Command(name = "make", description = "Make a space to share, and print its id.")
    static final class Make extends Subcommand {

        @Parameters(index = "0", arity = "0..1", paramLabel = "NAME", description = "Its name.")
        private @Nullable String name;

        @Override
        ExitCode run(CommandContext context) throws Exception {
            JsonObject made = context.signedIn().server().makeSpace(name);
            if (context.printer().isJson()) {
                context.printer().document(made);
            } else {
                context.printer().line(made.tree().path("id").asString(""));
            }
            return ExitCode.OK;
        }
    }

    @Command(name = "who", description = "Show who shares a space.")
    static final class Who extends Subcommand {

        @Parameters(index = "0", paramLabel = "SPACE", description = "Its id.")
        private String space = "";

        @Override
        ExitCode run(CommandContext context) throws Exception {
            List<JsonObject> members = context.signedIn().server().members(space);
            Table table = new Table("USER", "ROLE");
            for (JsonObject member : members) {
                table.row(
                        Printer.escaped(member.tree().path("userId").asString("")),
                        member.tree().path("role").asString(""));
            }
            show(context, members, table);
            return ExitCode.OK;
        }
    }

    @Command(name = "add", description = "Let somebody in, or give them another role.")
    static final class Add extends Subcommand {

        @Parameters(index = "0", paramLabel = "SPACE", description = "Its id.")
        private String space = "";

        @Parameters(index = "1", paramLabel = "USER", description = "Their user id.")
        private String user = "";

        @Parameters(
                index = "2",
                paramLabel = "ROLE",
                defaultValue = "editor",
                description = "owner, editor or viewer (${DEFAULT-VALUE}).")
        private String role = "";

        @Override
        ExitCode run(CommandContext context) throws Exception {
            Role given =
                    Role.of(role.toLowerCase(Locale.ROOT))
                            .orElseThrow(() ->
                                    new Failure(ExitCode.USAGE, "ROLE is owner, editor or viewer"));
            context.signedIn().server().putMember(space, user, given);
            context.printer().note(Printer.escaped(user) + " is " + given.text() + " now");
            return ExitCode.OK;
        }
    }

    @Command(name = "rm", description = "Remove somebody.")
    static final class Rm extends Subcommand {

        @Parameters(index = "0", paramLabel = "SPACE", description = "Its id.")
        private String space = "";

        @Parameters(index = "1", paramLabel = "USER", description = "Their user id.")
        private String user = "";

        @Override
        ExitCode run(CommandContext context) throws Exception {
            context.signedIn().server().removeMember(space, user);
            context.printer().note(Printer.escaped(user) + " is no member now");
            return ExitCode.OK;
        }
    }

    @Command(name = "leave", description = "Leave a space. What this device has of it stays here.")
    static final class Leave extends Subcommand {

        @Parameters(index = "0", paramLabel = "SPACE", description = "Its id.")
        private String space = "";

        @Override
        ExitCode run(CommandContext context) throws Exception {
            context.signedIn().server().removeMember(space, "me");
            context.printer().note("you left");
            return ExitCode.OK;
        }
    }
}
