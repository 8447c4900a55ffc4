package io.reconverge.client.cli;

import io.reconverge.wire.EntityKey;
import io.reconverge.wire.InvalidDocument;
import io.reconverge.wire.JsonObject;
import io.reconverge.wire.StrictJson;
import io.reconverge.wire.WireJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What people type, read.
final class Argument {

    private Argument() {}

    static EntityKey key(String type, String id) {
        try {
            return new EntityKey(type, id);
        } catch (IllegalArgumentException e) {
            throw new Failure(ExitCode.USAGE, e.getMessage() + ", and not '" + shown(type, id));
        }
    }

    private static String shown(String type, String id) {
        return Printer.escaped(type + "/" + id) + "'";
    }

    /// Such as `note/n-1`.
    static EntityKey key(String text) {
        int slash = text.indexOf('/');
        if (slash < 0) {
            throw new Failure(ExitCode.USAGE, "an entity is TYPE/ID, and not '" + text + "'");
        }
        return key(text.substring(0, slash), text.substring(slash + 1));
    }

    /// An entity's data: one argument that is JSON, `-` for stdin, or `@FILE`; or members, each
    /// `NAME=VALUE`. None is stdin as well.
    static JsonObject data(List<String> arguments, CommandContext context) throws IOException {
        if (arguments.isEmpty() || arguments.equals(List.of("-"))) {
            if (context.surroundings().inIsTerminal()) {
                context.printer().note("Type the JSON; Ctrl-D ends it.");
            }
            return object(context.surroundings().in().readAllBytes());
        }
        String first = arguments.getFirst();
        if (first.startsWith("@") && arguments.size() == 1) {
            return object(Files.readAllBytes(Path.of(first.substring(1))));
        }
        if (first.stripLeading().startsWith("{") && arguments.size() == 1) {
            return object(first.getBytes(StandardCharsets.UTF_8));
        }
        ObjectNode members = WireJson.MAPPER.createObjectNode();
        for (String argument : arguments) {
            int equals = argument.indexOf('=');
            if (equals < 1) {
                throw new Failure(
                        ExitCode.USAGE,
                        "data is {JSON}, @FILE, - or NAME=VALUE, and not '" + argument + "'");
            }
            members.set(argument.substring(0, equals), value(argument.substring(equals + 1)));
        }
        return object(WireJson.MAPPER.writeValueAsBytes(members));
    }

    private static JsonObject object(byte[] utf8) {
        return StrictJson.parseObject(utf8);
    }

    /// JSON where it is JSON, such as `3`, `true`, `null`, `["a"]` or `"3"`; else a text.
    static JsonNode value(String text) {
        try {
            return StrictJson.parse(text.getBytes(StandardCharsets.UTF_8));
        } catch (InvalidDocument e) {
            return WireJson.MAPPER.getNodeFactory().stringNode(text);
        }
    }
}
