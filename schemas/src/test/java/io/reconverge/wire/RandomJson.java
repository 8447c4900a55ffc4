package io.reconverge.wire;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.SplittableRandom;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// JSON that a client may send, the unlikely kinds of it more often than clients do.
final class RandomJson {

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final List<String> ODD =
            List.of(
                    "", "/", "~", "~1", "\"", "\\", "\n", "\u0001", "\u007f", "é", "😀", "\uFFFF",
                    "\u2028");

    private final SplittableRandom random;

    RandomJson(long seed) {
        random = new SplittableRandom(seed);
    }

    ObjectNode object() {
        return object(5);
    }

    JsonNode value() {
        return value(5);
    }

    String text() {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(6); i > 0; i--) {
            text.append(
                    random.nextInt(3) == 0
                            ? ODD.get(random.nextInt(ODD.size()))
                            : String.valueOf((char) ('a' + random.nextInt(26))));
        }
        return random.nextInt(50) == 0 ? text.toString().repeat(3_000) : text.toString();
    }

    private ObjectNode object(int depth) {
        ObjectNode object = NODES.objectNode();
        for (int i = random.nextInt(5); i > 0; i--) {
            object.set(text(), value(depth - 1));
        }
        return object;
    }

    private ArrayNode array(int depth) {
        ArrayNode array = NODES.arrayNode();
        for (int i = random.nextInt(5); i > 0; i--) {
            array.add(value(depth - 1));
        }
        return array;
    }

    private JsonNode value(int depth) {
        return switch (random.nextInt(depth > 0 ? 8 : 6)) {
            case 0 -> NODES.nullNode();
            case 1 -> NODES.booleanNode(random.nextBoolean());
            case 2 -> NODES.numberNode(new BigDecimal(integer(), scale()));
            case 3 -> integerNode();
            case 4, 5 -> NODES.stringNode(text());
            case 6 -> array(depth);
            default -> object(depth);
        };
    }

    /// Not 0: that would be an integer.
    private int scale() {
        return random.nextBoolean() ? random.nextInt(1, 400) : random.nextInt(-400, 0);
    }

    /// As the reader tells integers apart.
    private JsonNode integerNode() {
        BigInteger integer = integer();
        if (integer.bitLength() < Integer.SIZE) {
            return NODES.numberNode(integer.intValueExact());
        }
        return integer.bitLength() < Long.SIZE
                ? NODES.numberNode(integer.longValueExact())
                : NODES.numberNode(integer);
    }

    private BigInteger integer() {
        byte[] bytes = new byte[1 + random.nextInt(20)];
        random.nextBytes(bytes);
        return new BigInteger(bytes);
    }
}
