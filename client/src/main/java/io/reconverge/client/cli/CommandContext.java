package io.reconverge.client.cli;

import io.reconverge.client.ClientSettings;
import io.reconverge.client.ReconvergeClient;
import io.reconverge.client.http.SignedOutException;
import io.reconverge.client.replica.Replica;
import io.reconverge.client.replica.ReplicaSettings;
import io.reconverge.client.replica.Space;
import io.reconverge.wire.SpaceId;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What one command works with. Files are opened when they are first asked for: what needs no more
/// than the replica starts no HTTP client.
final class CommandContext implements AutoCloseable {

    /// The name of what never leaves the device, for `--space`.
    static final String DRAFTS = "drafts";

    /// Asked by nobody: there is no token for it.
    private static final URI NO_SERVER = URI.create("https://signed-out.invalid");

    private final Home home;
    private final @Nullable String space;
    private final Surroundings surroundings;
    private final Printer printer;
    private final Progress progress;
    private final Tokens tokens;
    private @Nullable Replica replica;
    private @Nullable ReconvergeClient client;

    /// @param space as given, null for none
    CommandContext(
            Home home,
            @Nullable String space,
            Surroundings surroundings,
            Printer printer,
            Progress progress) {
        this.home = home;
        this.space = space;
        this.surroundings = surroundings;
        this.printer = printer;
        this.progress = progress;
        this.tokens = new Tokens(home, surroundings);
    }

    Home home() {
        return home;
    }

    Surroundings surroundings() {
        return surroundings;
    }

    Printer printer() {
        return printer;
    }

    Progress progress() {
        return progress;
    }

    Tokens tokens() {
        return tokens;
    }

    long nowMillis() {
        return surroundings.clock().millis();
    }

    Replica replica() throws IOException {
        if (client != null) {
            return client.replica();
        }
        if (replica == null) {
            home.make();
            replica = Replica.open(home.replica(), settings());
        }
        return replica;
    }

    private ReplicaSettings settings() throws IOException {
        ReplicaSettings settings = ReplicaSettings.defaults();
        for (Map.Entry<String, String> chosen : home.config().strategies().entrySet()) {
            settings =
                    settings.withStrategy(
                            chosen.getKey(), Strategy.of(chosen.getValue()).conflictStrategy());
        }
        return settings;
    }

    /// The whole client, which works without a server as well.
    ReconvergeClient client() throws IOException {
        if (client == null) {
            if (replica != null) {
                replica.close();
                replica = null;
            }
            home.make();
            URI server = home.config().server();
            client =
                    ReconvergeClient.open(
                            home.folder(),
                            ClientSettings.of(server == null ? NO_SERVER : server)
                                    .withReplica(settings()),
                            server == null ? () -> null : tokens);
        }
        return client;
    }

    /// The same, where the command is for the server.
    ///
    /// @throws Failure where nobody is signed in, or the token is no longer good
    ReconvergeClient signedIn() throws IOException, SignedOutException {
        if (home.config().server() == null) {
            throw new Failure(
                    ExitCode.SIGNED_OUT,
                    "nobody is signed in: `reconverge login --server URL` comes first");
        }
        if (tokens.token() == null) {
            throw new Failure(
                    ExitCode.SIGNED_OUT, "nobody is signed in: `reconverge login` comes first");
        }
        return client();
    }

    /// The space that the command is about: `--space`, else the user's own.
    Space space() throws IOException {
        return isDrafts() ? replica().drafts() : named(spaceName());
    }

    /// The same, for what drafts do not have.
    Space syncedSpace() throws IOException {
        return named(syncedSpaceName());
    }

    String spaceName() {
        return space == null ? SpaceId.ME : space;
    }

    String syncedSpaceName() {
        if (isDrafts()) {
            throw new Failure(ExitCode.USAGE, "drafts never leave this device; name another space");
        }
        return spaceName();
    }

    /// The space given with `--space`, else all that something is stored of, the user's own first.
    List<String> syncedSpaceNames() throws IOException {
        if (space != null) {
            return List.of(syncedSpaceName());
        }
        List<String> names = new ArrayList<>(replica().spaces());
        names.remove(SpaceId.ME);
        names.addFirst(SpaceId.ME);
        return names;
    }

    private Space named(String name) throws IOException {
        if (name.isBlank()) {
            throw new Failure(ExitCode.USAGE, "--space needs a name");
        }
        return replica().space(name);
    }

    boolean isDrafts() {
        return DRAFTS.equals(space);
    }

    @Override
    public void close() {
        if (client != null) {
            client.close();
        }
        if (replica != null) {
            replica.close();
        }
    }
}
