package io.reconverge.wire;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The members of one object of an envelope. What is wrong with one is noted, and it reads as null:
/// whoever has read them all asks the violations whether there is anything to go on with.
///
/// @param pointer where the object stands
public record Members(ObjectNode object, String pointer, Violations violations) {

    /// Of objects and arrays within one another: an entity's, and an envelope's round it.
    private static final int DOCUMENT_DEPTH_MAX = StrictJson.DEPTH_MAX + 4;

    /// As far as every JSON library counts exactly.
    public static final long INTEGER_MAX = (1L << 53) - 1;

    /// Those of a document that must be an object.
    ///
    /// @throws InvalidDocument when it is no JSON, or no object
    public static Members ofDocument(byte[] utf8, Violations violations) {
        if (StrictJson.parse(utf8, DOCUMENT_DEPTH_MAX) instanceof ObjectNode object) {
            return new Members(object, "", violations);
        }
        violations.add("", "must be an object");
        throw violations.toException();
    }

    public void allowOnly(Set<String> names) {
        for (String name : object.propertyNames()) {
            if (!names.contains(name)) {
                violations.add(
                        Pointer.to(pointer, name),
                        "is not a member of this object: it has "
                                + names.stream().sorted().collect(Collectors.joining(", ")));
            }
        }
    }

    public boolean has(String name) {
        return object.has(name);
    }

    /// Null where it is absent, or null itself.
    public @Nullable JsonNode optional(String name) {
        JsonNode value = object.get(name);
        return value == null || value.isNull() ? null : value;
    }

    public @Nullable JsonNode required(String name) {
        JsonNode value = object.get(name);
        if (value == null) {
            violations.add(pointer, name + " is required");
        }
        return value;
    }

    public @Nullable String text(String name, Predicate<String> right, String expectation) {
        JsonNode value = required(name);
        if (value == null) {
            return null;
        }
        if (value.isString() && right.test(value.stringValue())) {
            return value.stringValue();
        }
        refuse(name, expectation);
        return null;
    }

    public @Nullable String text(String name, int lengthMax) {
        return text(
                name,
                text -> !text.isEmpty() && text.codePointCount(0, text.length()) <= lengthMax,
                "must be a string of 1 to " + lengthMax + " characters");
    }

    /// False where it is absent.
    public boolean flag(String name) {
        JsonNode value = optional(name);
        if (value != null && !value.isBoolean()) {
            refuse(name, "must be true or false");
            return false;
        }
        return value != null && value.booleanValue();
    }

    public @Nullable Long integer(String name, long min, long max) {
        JsonNode value = optional(name);
        if (value == null) {
            return null;
        }
        if (value.isNumber()) {
            BigDecimal number = value.decimalValue();
            // the bounds come first: they cost nothing, and what is within them is short
            if (number.compareTo(BigDecimal.valueOf(min)) >= 0
                    && number.compareTo(BigDecimal.valueOf(max)) <= 0
                    && number.stripTrailingZeros().scale() <= 0) {
                return number.longValueExact();
            }
        }
        refuse(name, "must be an integer from " + min + " to " + max);
        return null;
    }

    /// @param value null where the member is absent
    public <E extends Enum<E>> @Nullable E choice(
            String name, @Nullable JsonNode value, E[] choices) {
        if (value == null) {
            return null;
        }
        for (E choice : choices) {
            if (value.isString() && value.stringValue().equals(nameOf(choice))) {
                return choice;
            }
        }
        refuse(
                name,
                "must be one of "
                        + Arrays.stream(choices)
                                .map(Members::nameOf)
                                .collect(Collectors.joining(", ")));
        return null;
    }

    public void refuse(String name, String expectation) {
        violations.add(Pointer.to(pointer, name), expectation);
    }

    private static String nameOf(Enum<?> choice) {
        return choice.name().toLowerCase(Locale.ROOT);
    }
}
