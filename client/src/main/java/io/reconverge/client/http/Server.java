package io.reconverge.client.http;

import io.reconverge.client.sync.Reply;
import io.reconverge.wire.ChangeResult;
import io.reconverge.wire.JsonObject;
import io.reconverge.wire.Problem;
import io.reconverge.wire.ProblemType;
import io.reconverge.wire.Role;
import io.reconverge.wire.Sharing;
import io.reconverge.wire.WireJson;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What only the server knows. Methods block for a round trip, at most as long as the origin's
/// timeout, and throw
///
/// - [SignedOutException] where nobody is signed in, or the server takes no token that there is;
/// - [ProblemException] where the server refuses;
/// - `IOException` where it cannot be reached, or something else answers in its place.
public final class Server {

    /// Pushes nothing and pulls nothing.
    private static final String NOTHING =
            """
            {"deviceId": "reachability", "changes": []}
            """;

    private final Origin origin;
    private final Requests requests;

    public Server(Origin origin) {
        this.origin = origin;
        this.requests = new Requests(origin, origin.timeout());
    }

    public Origin origin() {
        return origin;
    }

    /// An entity's log rows, newest first: `entries`, and with more of them `before`.
    ///
    /// @param before what an earlier answer said; null for the newest
    /// @param limit 1..500
    public JsonObject history(
            String space, String type, String id, @Nullable Long before, int limit)
            throws IOException, SignedOutException {
        return object(
                entity(space, type, id)
                        + "/history?limit="
                        + limit
                        + (before == null ? "" : "&before=" + before));
    }

    /// Writes the data that an entity had at a version as a new change. Of a version that was a
    /// deletion, deletes it.
    ///
    /// @return [ChangeResult.Applied] or [ChangeResult.Merged] where it stands;
    ///   [ChangeResult.Pending] where the server has it and has not decided yet. What is refused is
    ///   a problem
    public ChangeResult restore(String space, String type, String id, long version)
            throws IOException, SignedOutException {
        // named here, so that the server's own second try at it is no second change
        UUID changeId = UUID.randomUUID();
        return call(
                () ->
                        origin.request(entity(space, type, id) + "/restore")
                                .header("Content-Type", "application/json")
                                .header("Change-Id", changeId.toString())
                                .POST(
                                        HttpRequest.BodyPublishers.ofString(
                                                "{\"version\": " + version + "}")),
                (answer, body) ->
                        answer.statusCode() == 204
                                ? new ChangeResult.Applied(
                                        changeId, versionOf(answer), false, false)
                                : Answers.result(body));
    }

    private static long versionOf(HttpResponse<?> answer) throws IOException {
        String tag = answer.headers().firstValue("ETag").orElse("");
        try {
            return Long.parseLong(tag.replace("\"", ""));
        } catch (NumberFormatException e) {
            throw new IOException("the answer has no version", e);
        }
    }

    /// How a space is doing: `GET /v1/spaces/{space}/status`.
    public JsonObject status(String space) throws IOException, SignedOutException {
        return object("/v1/spaces/" + Origin.encoded(space) + "/status");
    }

    /// The caller's spaces, with role and head version.
    public List<JsonObject> spaces() throws IOException, SignedOutException {
        return objects(object("/v1/spaces"), "spaces");
    }

    private static List<JsonObject> objects(JsonObject answer, String member) {
        List<JsonObject> objects = new ArrayList<>();
        for (JsonNode each : answer.tree().path(member)) {
            if (each instanceof ObjectNode object) {
                objects.add(JsonObject.of(object));
            }
        }
        return objects;
    }

    /// Makes a space that the caller owns, and others can be let into.
    ///
    /// @param name 1..200 characters; null for none
    /// @return with its `id`
    public JsonObject makeSpace(@Nullable String name) throws IOException, SignedOutException {
        UUID changeId = UUID.randomUUID();
        ObjectNode body = WireJson.MAPPER.createObjectNode();
        if (name != null) {
            body.put("name", name);
        }
        return call(
                () ->
                        origin.request("/v1/spaces")
                                .header("Content-Type", "application/json")
                                .header("Change-Id", changeId.toString())
                                .POST(HttpRequest.BodyPublishers.ofString(body.toString())),
                (_, answer) -> Answers.object(answer));
    }

    /// Who shares a space: each with `userId` and `role`.
    public List<JsonObject> members(String space) throws IOException, SignedOutException {
        return objects(object("/v1/spaces/" + Origin.encoded(space) + "/members"), "members");
    }

    /// Makes somebody a member, or gives them another role.
    public void putMember(String space, String userId, Role role)
            throws IOException, SignedOutException {
        UUID changeId = UUID.randomUUID();
        String body = Sharing.roleData(role).text();
        call(
                () ->
                        origin.request(member(space, userId))
                                .header("Content-Type", "application/json")
                                .header("Change-Id", changeId.toString())
                                .PUT(HttpRequest.BodyPublishers.ofString(body)),
                (_, answer) -> Answers.object(answer));
    }

    /// Removes a member.
    ///
    /// @param userId `me` to leave
    public void removeMember(String space, String userId) throws IOException, SignedOutException {
        UUID changeId = UUID.randomUUID();
        call(
                () ->
                        origin.request(member(space, userId))
                                .header("Change-Id", changeId.toString())
                                .DELETE(),
                (_, _) -> true);
    }

    private static String member(String space, String userId) {
        return "/v1/spaces/%s/members/%s".formatted(Origin.encoded(space), Origin.encoded(userId));
    }

    /// How the server was reached.
    ///
    /// @param clockAhead how far the server's clock is ahead of this device's, give or take half
    ///   the round trip; negative where it is behind
    public record Reached(Duration roundTrip, Duration clockAhead) {}

    /// Asks the server, as the user, for as little as can be: whether it is there, takes the token,
    /// and what time it has.
    public Reached reach() throws IOException, SignedOutException {
        Instant begun = Instant.now();
        long serverTime =
                call(
                        () ->
                                origin.request("/v1/spaces/me/sync")
                                        .header("Content-Type", "application/json")
                                        .POST(HttpRequest.BodyPublishers.ofString(NOTHING)),
                        (_, body) -> Answers.serverTime(body));
        Duration roundTrip = Duration.between(begun, Instant.now());
        return new Reached(
                roundTrip,
                Duration.between(
                        begun.plus(roundTrip.dividedBy(2)), Instant.ofEpochMilli(serverTime)));
    }

    private JsonObject object(String path) throws IOException, SignedOutException {
        return call(() -> origin.request(path), (_, body) -> Answers.object(body));
    }

    private static String entity(String space, String type, String id) {
        return "/v1/spaces/%s/entities/%s/%s"
                .formatted(Origin.encoded(space), Origin.encoded(type), Origin.encoded(id));
    }

    private <T> T call(Requests.Asking asking, Requests.Reading<T> reading)
            throws IOException, SignedOutException {
        CompletableFuture<Reply<T>> reply = new CompletableFuture<>();
        var call = requests.send(asking, reading, reply::complete);
        try {
            return valueOf(reply.get());
        } catch (InterruptedException e) {
            call.cancel();
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for the server");
        } catch (ExecutionException nothingFailsIt) {
            throw new AssertionError(nothingFailsIt);
        }
    }

    private static <T> T valueOf(Reply<T> reply) throws IOException, SignedOutException {
        return switch (reply) {
            case Reply.Ok<T>(T value) -> value;
            case Reply.Unauthorized<T>(String why) -> throw new SignedOutException(why);
            case Reply.CursorExpired<T> _ ->
                    throw new ProblemException(
                            Problem.of(ProblemType.CURSOR_EXPIRED, "It is no longer kept."));
            case Reply.Busy<T>(_, String why) ->
                    throw new ProblemException(Problem.of(ProblemType.UNAVAILABLE, why));
            case Reply.NetworkFailed<T>(_, String why) -> throw new IOException(why);
            case Reply.Failed<T>(Problem problem, _) -> throw new ProblemException(problem);
        };
    }
}
