package io.reconverge.standalone.fuzz;

import io.reconverge.wire.Entity;
import io.reconverge.wire.WireJson;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.Yaml;

/// Good requests: every operation of the contract with the bodies that it gives as examples, and
/// those of the other apps' protocols.
final class Grammar {

    private static final Set<String> METHODS =
            Set.of("get", "head", "put", "patch", "post", "delete", "options");
    private static final Pattern VARIABLE = Pattern.compile("\\{([a-zA-Z]+)}");

    private record Operation(String method, String path, String contentType, List<byte[]> bodies) {}

    private final List<Operation> operations = new ArrayList<>();

    Grammar() {
        contract();
        protocols();
    }

    int size() {
        return operations.size();
    }

    private void contract() {
        Map<String, Object> paths = map(map(yaml()), "paths");
        paths.forEach((path, item) ->
                map(item)
                        .forEach((method, operation) -> {
                            if (METHODS.contains(method)) {
                                add(method, path, map(operation));
                            }
                        }));
    }

    private void add(String method, String path, Map<String, Object> operation) {
        Map<String, Object> content = map(map(operation, "requestBody"), "content");
        if (content.isEmpty()) {
            operations.add(
                    new Operation(method.toUpperCase(java.util.Locale.ROOT), path, "", List.of()));
        }
        content.forEach((type, media) -> {
            List<byte[]> bodies = new ArrayList<>();
            map(map(media), "examples")
                    .values()
                    .forEach(example -> bodies.add(bytes(map(example).get("value"))));
            if (bodies.isEmpty()) {
                bodies.add("hello".getBytes(StandardCharsets.UTF_8));
            }
            operations.add(
                    new Operation(method.toUpperCase(java.util.Locale.ROOT), path, type, bodies));
        });
    }

    private static byte[] bytes(@Nullable Object value) {
        return value instanceof String text
                ? text.getBytes(StandardCharsets.UTF_8)
                : WireJson.MAPPER.writeValueAsBytes(value);
    }

    private void protocols() {
        json(
                "POST",
                "/api/v1/sync/content",
                "{'id':'n-1','type':'TEXT','content':'x','createdAt':1,'lastUpdated':2,'deviceId':'d'}");
        json(
                "POST",
                "/api/v1/sync/content/n-1",
                "{'content':'y','lastUpdated':3,'versionConstraint':{'type':'known','serverVersion':1}}");
        json("POST", "/api/v1/sync/content/n-1/delete", "{'deletedAt':5}");
        json(
                "POST",
                "/api/v1/sync/journals",
                "{'id':'j-1','title':'t','description':'d','createdAt':1,'lastUpdated':2}");
        json("POST", "/api/v1/sync/journals/j-1", "{'title':'u','lastUpdated':4}");
        json(
                "POST",
                "/api/v1/sync/associations",
                "{'associations':[{'journalId':'j-1','contentId':'n-1','createdAt':1}]}");
        json(
                "POST",
                "/api/v1/sync/associations/delete",
                "{'associations':[{'journalId':'j-1','contentId':'n-1'}]}");
        json(
                "POST",
                "/api/v1/sync/media",
                "{'contentId':'n-1','fileName':'a.txt','mimeType':'text/plain','sizeBytes':3,'data':[1,-2,3]}");
        for (String feed : List.of("content", "journals", "associations", "media")) {
            plain("GET", "/api/v1/sync/" + feed + "/changes?since=0&limit=10");
        }
        plain("GET", "/api/v1/sync/status");
        plain("GET", "/api/v1/sync/media/m-1");
        json(
                "POST",
                "/api/sync/sessions",
                "{'sessions':[{'id':'s-1','userId':'u','text':'t','wpm':85,'accuracy':96.5,'timestamp':1704067200000,'lastModified':1704067250000}],'clientTimestamp':1704067300000}");
        json("POST", "/api/sync/progress", "{'averageWPM':87,'totalSessions':3,'lastModified':5}");
        json("POST", "/api/sync/settings", "{'theme':'dark','lastModified':5}");
        json("POST", "/api/sync/resolve", "{'id':'s-1','wpm':1,'timestamp':1,'lastModified':9}");
        plain("GET", "/api/sync/settings");
        plain("GET", "/api/sync/changes?since=0");
        json(
                "POST",
                "/api/sync",
                "{'deviceId':'d','lastSyncTimestamp':null,'changes':[{'localId':'l-1','entityType':'item','operation':'create','timestamp':'2025-12-29T14:35:00.000Z','data':{'title':'Watch','movieId':'27205','type':'movie'}}]}");
        plain("GET", "/api/sync/initial");
        json(
                "POST",
                "/api/sync/v2",
                "{'lastKnownServerVersion':0,'changes':[{'changeId':'V1StGXR8_Z5jdHi6B-myT','type':'CREATED','entityType':'goal','entityId':'g-1','data':{'title':'x'},'timestamp':5,'retryCount':0}]}");
        json("POST", "/api/sync/v2/migrate", "{'entries':[{'id':'e-1'}],'goals':[]}");
        plain("GET", "/api/sync/v2/status");
        json(
                "POST",
                "/api/sync/push",
                "{'changes':{'entries':[{'id':'e-1','notes':'n'}],'goals':[{'id':'g-1'}]}}");
        plain("POST", "/api/sync/pull");
        plain("GET", "/api/auth/me");
    }

    private void json(String method, String path, String body) {
        operations.add(
                new Operation(
                        method,
                        path,
                        "application/json",
                        List.of(body.replace('\'', '"').getBytes(StandardCharsets.UTF_8))));
    }

    private void plain(String method, String path) {
        operations.add(new Operation(method, path, "", List.of()));
    }

    /// A request that the contract allows, or nearly.
    Message request(SplittableRandom random) {
        Operation operation = operations.get(random.nextInt(operations.size()));
        Matcher variables = VARIABLE.matcher(operation.path());
        StringBuilder target = new StringBuilder();
        while (variables.find()) {
            variables.appendReplacement(target, value(variables.group(1), random));
        }
        variables.appendTail(target);
        Message message =
                new Message(
                        operation.method(),
                        target + query(operation, random),
                        operation.bodies().isEmpty()
                                ? new byte[0]
                                : operation
                                        .bodies()
                                        .get(random.nextInt(operation.bodies().size())));
        if (!operation.contentType().isEmpty()) {
            message.headers.put("Content-Type", operation.contentType());
        }
        if (operation.path().contains("/media/uploads")) {
            message.headers.put("Tus-Resumable", "1.0.0");
            message.headers.put("Upload-Length", "5");
            if (operation.method().equals("PATCH")) {
                message.headers.put("Upload-Offset", "0");
                message.headers.put("Content-Type", "application/offset+octet-stream");
            }
        }
        return message;
    }

    private static String query(Operation operation, SplittableRandom random) {
        if (operation.path().contains("?") || !operation.method().equals("GET")) {
            return "";
        }
        return switch (random.nextInt(8)) {
            case 0 -> "?limit=5";
            case 1 -> "?since=0&limit=3";
            case 2 -> "?after=0";
            case 3 -> "?changeId=0198c7a2-0d4e-7c3a-9b1f-3f5a1c2b4d6e";
            case 4 -> "?key=note/n-1";
            case 5 -> "?type=note&wait=0";
            default -> "";
        };
    }

    private static String value(String variable, SplittableRandom random) {
        return switch (variable) {
            case "space" -> "me";
            case "type" -> random.nextInt(4) == 0 ? "media" : "note";
            case "userId" -> "somebody";
            case "uploadId" -> "0198c7a2-0d4e-7c3a-9b1f-3f5a1c2b4d6e";
            default -> "n-" + random.nextInt(5);
        };
    }

    private static Object yaml() {
        try (InputStream in =
                Entity.class.getResourceAsStream("/contract/openapi/reconverge.yaml")) {
            return new Yaml().load(in);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> map(@Nullable Object value) {
        return value instanceof Map<?, ?> map ? (Map<String, Object>) map : Map.of();
    }

    private static Map<String, Object> map(Map<String, Object> parent, String name) {
        return map(parent.getOrDefault(name, Map.of()));
    }
}
