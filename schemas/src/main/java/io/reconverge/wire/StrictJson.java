package io.reconverge.wire;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Reads JSON as a client may send it: I-JSON (RFC 7493) that PostgreSQL can hold.
///
/// Refused, each with a pointer to where it stands: bytes that are not UTF-8, anything after the
/// document, a member's name given twice, U+0000 and halves of surrogate pairs in strings and names
/// (written as they are or escaped), nesting beyond a limit, numbers that `numeric` cannot hold or
/// of more than 1,000 characters, and whatever JSON's grammar does not have. At most 100 faults are
/// told. Time and memory are linear in the bytes, whatever they are, and nothing but
/// [InvalidDocument] is thrown.
///
/// Numbers keep their digits: `1.10` stays `1.10`.
public final class StrictJson {

    /// Objects and arrays within one another, the outermost counted.
    public static final int DEPTH_MAX = 64;

    private StrictJson() {}

    /// The document as a tree.
    ///
    /// @throws InvalidDocument with a pointer to each thing wrong
    public static JsonNode parse(byte[] utf8) {
        return parse(utf8, DEPTH_MAX);
    }

    /// The document as a tree, for one that holds what [#parse] takes some levels down.
    ///
    /// @param depthMax objects and arrays within one another
    /// @throws InvalidDocument with a pointer to each thing wrong
    public static JsonNode parse(byte[] utf8, int depthMax) {
        Violations violations = new Violations();
        JsonNode root = TreeReader.read(utf8, depthMax, violations);
        violations.throwIfAny();
        return root;
    }

    /// The body of a request that writes one entity: an object of at most [Change#DATA_MAX_BYTES].
    ///
    /// @throws InvalidDocument with a pointer to each thing wrong
    public static JsonObject parseObject(byte[] utf8) {
        Violations violations = new Violations();
        JsonObject data = dataOf(TreeReader.read(utf8, DEPTH_MAX, violations), "", violations);
        violations.throwIfAny();
        return data;
    }

    /// An entity's data, or a merge patch of it. Where the violations say that it is neither, what
    /// is returned means nothing.
    public static JsonObject dataOf(JsonNode node, String pointer, Violations violations) {
        if (!(node instanceof ObjectNode object)) {
            violations.add(pointer, "must be an object");
            return JsonObject.of(WireJson.MAPPER.createObjectNode());
        }
        long bytes = JsonSize.of(object);
        if (bytes > Change.DATA_MAX_BYTES) {
            violations.add(
                    pointer,
                    "is %d bytes of JSON; at most %d are allowed"
                            .formatted(bytes, Change.DATA_MAX_BYTES));
        }
        return JsonObject.of(object);
    }
}
