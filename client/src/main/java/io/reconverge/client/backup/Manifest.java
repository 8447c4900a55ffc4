package io.reconverge.client.backup;

import io.reconverge.wire.InvalidDocument;
import io.reconverge.wire.StrictJson;
import io.reconverge.wire.WireJson;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What a backup says of itself: its lists, by path, with what they must be, and what its files
/// come to. Nothing in it differs between two exports of the same data.
///
/// @param lists the files of JSON, by path
/// @param contents files of media
/// @param contentBytes of those
record Manifest(SortedMap<String, Listed> lists, long contents, long contentBytes) {

    static final int MAX_BYTES = 16 * 1024 * 1024;

    private static final String FORMAT = "reconverge-backup";
    private static final int VERSION = 1;
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

    /// A file of JSON.
    ///
    /// @param lines that it lists
    /// @param size bytes
    record Listed(long lines, long size, String sha256) {}

    byte[] bytes() {
        ObjectNode manifest = WireJson.MAPPER.createObjectNode();
        manifest.put("format", FORMAT).put("version", VERSION);
        ObjectNode spaces = manifest.putObject("spaces");
        ObjectNode files = manifest.putObject("files");
        lists.forEach((path, listed) -> {
            files.putObject(path).put("sha256", listed.sha256()).put("size", listed.size());
            Layout.Entities.of(path)
                    .ifPresentOrElse(
                            entities ->
                                    spaces.withObjectProperty(entities.space())
                                            .put(entities.type(), listed.lines()),
                            () -> files.withObjectProperty(path).put("lines", listed.lines()));
        });
        manifest.putObject("media").put("bytes", contentBytes).put("files", contents);
        return Canonical.bytes(manifest);
    }

    /// @throws DamagedBackupException where it is no manifest, or one of another version
    static Manifest of(byte[] json) throws DamagedBackupException {
        JsonNode manifest;
        try {
            manifest = StrictJson.parse(json);
        } catch (InvalidDocument e) {
            throw damaged(String.valueOf(e.getMessage()));
        }
        if (!manifest.path("format").asString("").equals(FORMAT)) {
            throw damaged("this is no backup of Reconverge");
        }
        if (manifest.path("version").asInt(0) != VERSION) {
            throw damaged(
                    "the backup is of version %s, and this program knows %d"
                            .formatted(manifest.path("version"), VERSION));
        }
        SortedMap<String, Listed> lists = new TreeMap<>();
        for (Map.Entry<String, JsonNode> file : manifest.path("files").properties()) {
            lists.put(file.getKey(), listed(manifest, file.getKey(), file.getValue()));
        }
        if (!lists.containsKey(Layout.MEDIA)) {
            throw damaged(Layout.MEDIA + " is not among its files");
        }
        return new Manifest(
                lists,
                count(manifest.path("media"), "files"),
                count(manifest.path("media"), "bytes"));
    }

    private static Listed listed(JsonNode manifest, String path, JsonNode file)
            throws DamagedBackupException {
        long lines;
        if (path.equals(Layout.MEDIA)) {
            lines = count(file, "lines");
        } else {
            Layout.Entities entities =
                    Layout.Entities.of(path)
                            .orElseThrow(() -> damaged("no file can be called '" + path + "'"));
            lines = count(manifest.path("spaces").path(entities.space()), entities.type());
        }
        String sha256 = file.path("sha256").asString("");
        if (!SHA256.matcher(sha256).matches()) {
            throw damaged("/files/" + path + " needs a sha256");
        }
        return new Listed(lines, count(file, "size"), sha256);
    }

    private static long count(JsonNode object, String name) throws DamagedBackupException {
        JsonNode count = object.path(name);
        if (!count.isIntegralNumber() || !count.canConvertToLong() || count.longValue() < 0) {
            throw damaged("'" + name + "' must be a number, 0 or more");
        }
        return count.longValue();
    }

    private static DamagedBackupException damaged(String what) {
        return new DamagedBackupException(Layout.MANIFEST, what);
    }
}
