package io.reconverge.standalone.fuzz;

import io.reconverge.wire.WireJson;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.zip.GZIPOutputStream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Makes bad requests of good ones, each time in one to three ways.
final class Spoiler {

    private static final List<String> ODD_JSON =
            List.of(
                    "null",
                    "true",
                    "-1",
                    "0",
                    "1e400",
                    "-0.0",
                    "9007199254740993",
                    "99999999999999999999999999999999",
                    "1.5",
                    "\"\"",
                    "\"\\u0000\"",
                    "\"\\ud800\"",
                    "\"" + "x".repeat(300) + "\"",
                    "\"2025-13-45T99:00:00Z\"",
                    "\"0198c7a2-0d4e-7c3a-9b1f-3f5a1c2b4d6e\"",
                    "\"me\"",
                    "\"../../etc\"",
                    "[]",
                    "{}",
                    "[null]",
                    "{\"a\":{\"a\":{\"a\":[[[[[]]]]]}}}",
                    "[".repeat(70) + "]".repeat(70),
                    "1" + "0".repeat(1_100));

    private static final List<String> ODD_TEXT =
            List.of(
                    "",
                    "-1",
                    "0",
                    "NaN",
                    "9223372036854775808",
                    "18446744073709551616",
                    "1e9",
                    "null",
                    "%00",
                    "%2F",
                    "%2e%2e",
                    "%ff%fe",
                    "%F0%9F%8C%8A",
                    "a%20b",
                    "*",
                    "\"",
                    "W/\"1\"",
                    "bytes=5-1",
                    "bytes=0-0,2-3",
                    "AAAAAAAAAAAAAAAAAAAAAAA",
                    "me",
                    "member",
                    "x".repeat(2_000),
                    "0198c7a2-0d4e-7c3a-9b1f-3f5a1c2b4d6e");

    private static final List<String> HEADERS =
            List.of(
                    "If-Match",
                    "If-None-Match",
                    "If-Range",
                    "Range",
                    "Prefer",
                    "Change-Id",
                    "Device-Id",
                    "X-Device-ID",
                    "Modified-At",
                    "Last-Event-ID",
                    "Accept",
                    "Content-Type",
                    "Content-Encoding",
                    "Content-Digest",
                    "Repr-Digest",
                    "Expect",
                    "Upload-Length",
                    "Upload-Offset",
                    "Upload-Metadata",
                    "Upload-Checksum",
                    "Upload-Defer-Length",
                    "Tus-Resumable",
                    "X-HTTP-Method-Override",
                    "X-Idempotency-Key",
                    "X-Request-Id",
                    "traceparent",
                    "Origin",
                    "Forwarded",
                    "Transfer-Encoding");

    private static final List<String> METHODS =
            List.of("GET", "HEAD", "PUT", "PATCH", "POST", "DELETE", "OPTIONS", "TRACE", "BREW");

    private final SplittableRandom random;

    Spoiler(SplittableRandom random) {
        this.random = random;
    }

    void spoil(Message message) {
        int ways = 1 + random.nextInt(3);
        for (int i = 0; i < ways; i++) {
            switch (random.nextInt(10)) {
                case 0 -> message.method = pick(METHODS);
                case 1 -> message.target = path(message.target);
                case 2 -> message.target = query(message.target);
                case 3 -> message.headers.put(pick(HEADERS), latin(pick(ODD_TEXT)));
                case 4 -> message.body = bytes(message.body);
                case 5 -> packed(message);
                default -> message.body = json(message.body);
            }
        }
    }

    private String path(String target) {
        String[] steps = target.split("/", -1);
        int at = 1 + random.nextInt(Math.max(1, steps.length - 1));
        if (at < steps.length) {
            steps[at] = pick(ODD_TEXT).replace(" ", "%20").replace("\"", "%22");
        }
        return String.join("/", steps);
    }

    private String query(String target) {
        List<String> names =
                List.of(
                        "limit",
                        "cursor",
                        "since",
                        "after",
                        "wait",
                        "type",
                        "space",
                        "key",
                        "changeId",
                        "before",
                        "redirect",
                        "mediaId",
                        "fileName");
        return target
                + (target.contains("?") ? "&" : "?")
                + pick(names)
                + "="
                + pick(ODD_TEXT).replace("\"", "%22");
    }

    private byte[] bytes(byte[] body) {
        if (body.length == 0) {
            return new byte[] {(byte) random.nextInt(256)};
        }
        byte[] spoiled = body.clone();
        switch (random.nextInt(3)) {
            case 0 -> spoiled[random.nextInt(spoiled.length)] = (byte) random.nextInt(256);
            case 1 -> spoiled = Arrays.copyOf(spoiled, random.nextInt(spoiled.length));
            default -> {
                spoiled = Arrays.copyOf(spoiled, spoiled.length + 1 + random.nextInt(40));
                spoiled[spoiled.length - 1] = '}';
            }
        }
        return spoiled;
    }

    private void packed(Message message) {
        var out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(message.body);
            if (random.nextInt(20) == 0) {
                gzip.write(new byte[6 << 20]);
            }
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        message.headers.put("Content-Encoding", "gzip");
        message.body = random.nextInt(3) == 0 ? bytes(out.toByteArray()) : out.toByteArray();
    }

    /// Puts something odd where one of the document's values was, gives it another member, or takes
    /// one away.
    private byte[] json(byte[] body) {
        JsonNode root;
        try {
            root = WireJson.MAPPER.readTree(body);
        } catch (JacksonException noJson) {
            return bytes(body);
        }
        List<JsonNode> holders = new ArrayList<>();
        gather(root, holders);
        if (holders.isEmpty()) {
            return pick(ODD_JSON).getBytes(StandardCharsets.UTF_8);
        }
        String mark = "\u2042" + random.nextInt(1_000_000);
        JsonNode holder = holders.get(random.nextInt(holders.size()));
        switch (holder) {
            case ObjectNode object -> {
                List<String> names = new ArrayList<>(object.propertyNames());
                if (names.isEmpty() || random.nextInt(5) == 0) {
                    object.put(pick(List.of("extra", "deviceId", "data", "", "__proto__")), mark);
                } else if (random.nextInt(5) == 0) {
                    object.remove(pick(names));
                } else {
                    object.put(pick(names), mark);
                }
            }
            case ArrayNode array -> {
                if (!array.isEmpty() && random.nextInt(12) == 0) {
                    JsonNode first = array.get(0);
                    for (int i = array.size(); i < 5_100; i++) {
                        array.add(first);
                    }
                } else {
                    array.add(mark);
                }
            }
            default -> throw new AssertionError(holder);
        }
        return root.toString()
                .replace("\"" + mark + "\"", pick(ODD_JSON))
                .getBytes(StandardCharsets.UTF_8);
    }

    private static void gather(JsonNode node, List<JsonNode> holders) {
        if (node.isContainer()) {
            holders.add(node);
            node.forEach(child -> gather(child, holders));
        }
    }

    private static String latin(String text) {
        return text.replace("\r", "").replace("\n", "");
    }

    private <T> T pick(List<T> some) {
        return some.get(random.nextInt(some.size()));
    }
}
