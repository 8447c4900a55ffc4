package io.reconverge.wire;

import static java.util.Objects.requireNonNull;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// One pass over a document: builds its tree and notes what [StrictJson] refuses.
///
/// Bytes become characters before they are parsed, since Jackson's own reading of UTF-8 takes
/// overlong forms, such as C0 80 for U+0000.
final class TreeReader {

    /// How deep a document is followed past the depth it may have, in search of its other faults.
    private static final int FOLLOWED_DEPTH = 1_000;

    /// Names are not kept between documents: there are clients that make up as many as they like.
    private static final JsonFactory FACTORY =
            JsonFactory.builder()
                    .disable(TokenStreamFactory.Feature.CANONICALIZE_PROPERTY_NAMES)
                    .streamReadConstraints(
                            StreamReadConstraints.builder()
                                    .maxNestingDepth(FOLLOWED_DEPTH)
                                    .maxNumberLength(Integer.MAX_VALUE)
                                    .maxStringLength(Integer.MAX_VALUE)
                                    .maxNameLength(Integer.MAX_VALUE)
                                    .build())
                    .build();

    private static final Pattern ADVICE_TO_PROGRAMMERS =
            Pattern.compile(" \\(start marker .*|: enable `.*", Pattern.DOTALL);

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final JsonParser in;
    private final int depthMax;
    private final Violations violations;

    /// From the root to the object or array being read.
    private final List<Level> levels = new ArrayList<>();

    private @Nullable JsonNode root;

    private TreeReader(JsonParser in, int depthMax, Violations violations) {
        this.in = in;
        this.depthMax = depthMax;
        this.violations = violations;
    }

    /// The document, as far as it can be read. It means nothing if there are violations, except
    /// that the members and elements they do not point at are as the document has them.
    ///
    /// @param depthMax at least 1, and less than 1,000
    /// @throws InvalidDocument when the rest of it cannot be read
    static JsonNode read(byte[] utf8, int depthMax, Violations violations) {
        if (utf8.length == 0) {
            violations.add("", "is empty; a JSON document is expected");
            throw violations.toException();
        }
        ByteBuffer bytes = ByteBuffer.wrap(utf8);
        CharBuffer chars = CharBuffer.allocate(utf8.length);
        CoderResult decoded =
                StandardCharsets.UTF_8
                        .newDecoder()
                        .onMalformedInput(CodingErrorAction.REPORT)
                        .decode(bytes, chars, true);
        try (JsonParser in =
                FACTORY.createParser(
                        ObjectReadContext.empty(), chars.array(), 0, chars.position())) {
            TreeReader reader = new TreeReader(in, depthMax, violations);
            if (decoded.isError()) {
                throw reader.notUtf8(bytes.position());
            }
            return reader.document();
        }
    }

    /// Reads what stands before the first byte that is not UTF-8, only to say where that byte is.
    private InvalidDocument notUtf8(int position) {
        try {
            values();
        } catch (JacksonException endOfWhatIsText) {
            enterMember();
        }
        note("byte " + position + " of the document is not UTF-8");
        return violations.toException();
    }

    private JsonNode document() {
        try {
            values();
        } catch (StreamConstraintsException tooDeep) {
            // noted when the limit was passed
            throw violations.toException();
        } catch (JacksonException notJson) {
            enterMember();
            note("is not JSON from here: " + describe(notJson));
            throw violations.toException();
        }
        JsonNode root = this.root;
        if (root == null) {
            note("is empty; a JSON document is expected");
            throw violations.toException();
        }
        return root;
    }

    private void values() {
        for (JsonToken token = in.nextToken(); token != null; token = in.nextToken()) {
            if (root != null && levels.isEmpty()) {
                note("more follows the end of the document");
                return;
            }
            switch (token) {
                case START_OBJECT -> open(new InObject());
                case START_ARRAY -> open(new InArray());
                case END_OBJECT, END_ARRAY -> add(levels.removeLast().node());
                case PROPERTY_NAME -> name(in.currentName());
                case VALUE_STRING -> add(string());
                case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> add(number(token));
                case VALUE_TRUE -> add(NODES.booleanNode(true));
                case VALUE_FALSE -> add(NODES.booleanNode(false));
                case VALUE_NULL -> add(NODES.nullNode());
                case NOT_AVAILABLE, VALUE_EMBEDDED_OBJECT -> throw new AssertionError(token);
            }
        }
    }

    private void open(Level level) {
        if (levels.size() == depthMax) {
            note("is nested deeper than " + depthMax);
            in.skipChildren();
            add(NODES.nullNode());
        } else {
            levels.add(level);
        }
    }

    private void name(String name) {
        String flaw = Text.flawOf(name);
        if (flaw != null) {
            note("has a member whose name " + flaw);
        }
        if (levels.getLast() instanceof InObject object && object.begin(name)) {
            note("is given twice");
        }
    }

    private JsonNode string() {
        String text = in.getString();
        String flaw = Text.flawOf(text);
        if (flaw != null) {
            note(flaw);
        }
        return NODES.stringNode(text);
    }

    private JsonNode number(JsonToken token) {
        String flaw = Numerals.flawOf(in.getString());
        if (flaw != null) {
            note(flaw);
            return NODES.numberNode(0);
        }
        if (token == JsonToken.VALUE_NUMBER_FLOAT) {
            return NODES.numberNode(in.getDecimalValue());
        }
        return switch (in.getNumberType()) {
            case INT -> NODES.numberNode(in.getIntValue());
            case LONG -> NODES.numberNode(in.getLongValue());
            case BIG_INTEGER -> NODES.numberNode(in.getBigIntegerValue());
            case FLOAT, DOUBLE, BIG_DECIMAL -> throw new AssertionError(in.getNumberType());
        };
    }

    private void add(JsonNode value) {
        if (levels.isEmpty()) {
            root = value;
        } else {
            levels.getLast().add(value);
        }
    }

    /// The parser looks at how a value begins before it tells the member's name: when that fails,
    /// the name has yet to be taken over.
    private void enterMember() {
        String name = in.streamReadContext().currentName();
        if (name != null && !levels.isEmpty() && levels.getLast() instanceof InObject object) {
            object.enter(name);
        }
    }

    private void note(String message) {
        if (!violations.isFull()) {
            violations.add(pointer(), message);
        }
    }

    private String pointer() {
        return Pointer.of(levels.stream().flatMap(Level::step).toList());
    }

    private static String describe(JacksonException notJson) {
        TokenStreamLocation at = notJson.getLocation();
        String where =
                at == null
                        ? ""
                        : " (line %d, column %d)".formatted(at.getLineNr(), at.getColumnNr());
        String message = ADVICE_TO_PROGRAMMERS.matcher(notJson.getOriginalMessage()).replaceAll("");
        return Text.printable(message) + where;
    }

    /// An object or array that is being read.
    private sealed interface Level {

        JsonNode node();

        void add(JsonNode value);

        /// Where in it the reader is.
        Stream<String> step();
    }

    private static final class InObject implements Level {

        private final ObjectNode object = NODES.objectNode();

        /// The member being read, null between members.
        private @Nullable String name;

        /// Whether it has that member already.
        boolean begin(String name) {
            this.name = name;
            return object.has(name);
        }

        /// @param name of the member being read, or of the last one that was read whole
        void enter(String name) {
            if (!object.has(name)) {
                this.name = name;
            }
        }

        @Override
        public JsonNode node() {
            return object;
        }

        @Override
        public void add(JsonNode value) {
            object.set(requireNonNull(name), value);
            name = null;
        }

        @Override
        public Stream<String> step() {
            return Stream.ofNullable(name);
        }
    }

    private static final class InArray implements Level {

        private final ArrayNode array = NODES.arrayNode();

        @Override
        public JsonNode node() {
            return array;
        }

        @Override
        public void add(JsonNode value) {
            array.add(value);
        }

        @Override
        public Stream<String> step() {
            return Stream.of(Integer.toString(array.size()));
        }
    }
}
