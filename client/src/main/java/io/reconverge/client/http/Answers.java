package io.reconverge.client.http;

import io.reconverge.client.replica.Page;
import io.reconverge.client.sync.Pushed;
import io.reconverge.wire.Change;
import io.reconverge.wire.ChangeResult;
import io.reconverge.wire.Entity;
import io.reconverge.wire.EntityKey;
import io.reconverge.wire.JsonObject;
import io.reconverge.wire.Problem;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/// The good answers of the contract. Members that are not known are passed over.
///
/// Methods throw `IOException` where the answer is something else, or ends too early.
final class Answers {

    private Answers() {}

    /// Takes a document apart.
    @FunctionalInterface
    private interface Part<T> {
        T of(JsonStream in);
    }

    private static <T> T read(InputStream body, Part<T> part) throws IOException {
        try (JsonStream in = new JsonStream(body)) {
            T read = part.of(in);
            in.end();
            return read;
        } catch (JacksonException e) {
            throw notTheContracts(e.getOriginalMessage(), e);
        }
    }

    private static IOException notTheContracts(@Nullable String why, @Nullable Exception cause) {
        return new IOException("the answer is not what the contract says: " + why, cause);
    }

    /// The members that answers of the contract have, each null where it is absent.
    private record Members(
            @Nullable List<ChangeResult> results,
            @Nullable List<Entity> changes,
            @Nullable String cursor,
            @Nullable Long version,
            @Nullable Boolean hasMore,
            @Nullable Problem problem) {

        static Members of(JsonStream in) {
            List<ChangeResult> results = null;
            List<Entity> changes = null;
            String cursor = null;
            Long version = null;
            Boolean hasMore = null;
            Problem problem = null;
            in.begin();
            for (String member = in.member(); member != null; member = in.member()) {
                switch (member) {
                    case "results" -> results = in.values(ChangeResult.class);
                    case "changes" -> changes = in.entities();
                    case "cursor" -> cursor = in.text();
                    case "version" -> version = in.number();
                    case "hasMore" -> hasMore = in.flag();
                    case "problem" -> problem = in.value(Problem.class);
                    default -> in.skip();
                }
            }
            return new Members(results, changes, cursor, version, hasMore, problem);
        }

        Page page() throws IOException {
            if (changes == null
                    || cursor == null
                    || cursor.isEmpty()
                    || version == null
                    || hasMore == null) {
                throw notTheContracts("a page has changes, cursor, version and hasMore", null);
            }
            return new Page(changes, cursor, version, hasMore);
        }

        List<ChangeResult> requireResults() throws IOException {
            if (results == null) {
                throw notTheContracts("there are no results", null);
            }
            return results;
        }
    }

    /// The answer to `POST …/sync`.
    ///
    /// @param sent what it answers, in whose order the results are to be. A change that the answer
    ///   says nothing of is pending: nobody knows what became of it
    static Pushed pushed(InputStream body, List<Change> sent) throws IOException {
        Members members = read(body, Members::of);
        Map<UUID, ChangeResult> byChange = new HashMap<>();
        for (ChangeResult result : members.requireResults()) {
            byChange.putIfAbsent(result.changeId(), result);
        }
        List<ChangeResult> results = new ArrayList<>(sent.size());
        for (Change change : sent) {
            ChangeResult result = byChange.get(change.changeId());
            results.add(
                    result == null
                            ? new ChangeResult.Pending(change.changeId())
                            : about(change.key(), result));
        }
        Problem problem = members.problem();
        return problem == null
                ? new Pushed(results, members.changes() == null ? null : members.page(), false)
                : new Pushed(results, null, Refusals.isOfCursor(problem));
    }

    /// An entity that a result shows must be the change's: it would become another's base.
    private static ChangeResult about(EntityKey key, ChangeResult result) throws IOException {
        Entity entity =
                switch (result) {
                    case ChangeResult.Merged merged -> merged.entity();
                    case ChangeResult.Superseded superseded -> superseded.entity();
                    case ChangeResult.Conflict conflict -> conflict.entity();
                    case ChangeResult.Applied _,
                            ChangeResult.Rejected _,
                            ChangeResult.Pending _,
                            ChangeResult.Unknown _ ->
                            null;
                };
        if (entity != null && !(entity.type().equals(key.type()) && entity.id().equals(key.id()))) {
            throw notTheContracts("a result shows another entity than its change's", null);
        }
        return result;
    }

    /// The answer to `GET …/changes`.
    static Page page(InputStream body) throws IOException {
        return read(body, Members::of).page();
    }

    /// The answer to `GET …/receipts`.
    static List<ChangeResult> receipts(InputStream body) throws IOException {
        return read(body, Members::of).requireResults();
    }

    /// One entity, as an event of a stream has it.
    static Entity entity(String text) throws IOException {
        return read(
                new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)),
                in -> {
                    in.begin();
                    return in.entity();
                });
    }

    /// The answer to a write of one entity.
    static ChangeResult result(InputStream body) throws IOException {
        return read(
                body,
                in -> {
                    in.begin();
                    return in.value(ChangeResult.class);
                });
    }

    /// The server's clock, as answers to `POST …/sync` tell it: epoch milliseconds.
    static long serverTime(InputStream body) throws IOException {
        JsonNode time = object(body).tree().path("serverTime");
        if (!time.isIntegralNumber() || !time.canConvertToLong()) {
            throw notTheContracts("there is no serverTime", null);
        }
        return time.longValue();
    }

    /// Any object.
    static JsonObject object(InputStream body) throws IOException {
        try {
            JsonObject object =
                    JsonObject.ofText(new String(body.readAllBytes(), StandardCharsets.UTF_8));
            object.tree();
            return object;
        } catch (JacksonException e) {
            throw notTheContracts(e.getOriginalMessage(), e);
        }
    }
}
