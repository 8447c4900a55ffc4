package io.reconverge.ingest.decide;

import io.reconverge.wire.Change;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// What a change says, in 16 bytes: by it a change that comes again is told from another that
/// wrongly has its id.
///
/// Two changes have the same fingerprint when type, id, op and data are the same. The order of
/// members, white space, escapes and the spelling of numbers (`1`, `1.0`, `10e-1`) make no
/// difference: a client, or a proxy, may write the same JSON differently the next time. Base
/// version, policy and time make none either, since a change may be sent again rebased.
///
/// It is the first half of a SHA-256 over an encoding in which every value begins with a letter for
/// its kind and every length is written out, members sorted by name in UTF-16 units. Fingerprints
/// are stored: another encoding would turn every change sent again into one with its id reused.
public record Fingerprint(long high, long low) {

    public static final int BYTES = 16;

    public static Fingerprint of(Change change) {
        Digest digest = new Digest();
        digest.string(change.type());
        digest.string(change.id());
        digest.string(
                switch (change.op()) {
                    case PUT -> "put";
                    case PATCH -> "patch";
                    case DELETE -> "delete";
                });
        digest.value(change.data() == null ? null : change.data().tree());
        return ofBytes(Arrays.copyOf(digest.sha256.digest(), BYTES));
    }

    /// The one that [#bytes] made bytes of.
    ///
    /// @param bytes exactly [#BYTES]
    public static Fingerprint ofBytes(byte[] bytes) {
        if (bytes.length != BYTES) {
            throw new IllegalArgumentException("a fingerprint has " + BYTES + " bytes");
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        return new Fingerprint(buffer.getLong(), buffer.getLong());
    }

    public byte[] bytes() {
        return ByteBuffer.allocate(BYTES).putLong(high).putLong(low).array();
    }

    private static final class Digest {

        private final MessageDigest sha256;

        Digest() {
            try {
                sha256 = MessageDigest.getInstance("SHA-256");
            } catch (NoSuchAlgorithmException everyJdkHasIt) {
                throw new AssertionError(everyJdkHasIt);
            }
        }

        void string(String text) {
            bytes('s', text.getBytes(StandardCharsets.UTF_8));
        }

        void value(@Nullable JsonNode value) {
            if (value == null) {
                sha256.update((byte) '-');
                return;
            }
            switch (value.getNodeType()) {
                case OBJECT -> {
                    String[] names = value.propertyNames().toArray(String[]::new);
                    Arrays.sort(names);
                    length('o', names.length);
                    for (String name : names) {
                        string(name);
                        value(value.get(name));
                    }
                }
                case ARRAY -> {
                    length('a', value.size());
                    for (JsonNode element : value) {
                        value(element);
                    }
                }
                case STRING -> string(value.stringValue());
                case NUMBER -> number(value.decimalValue());
                case BOOLEAN -> sha256.update((byte) (value.booleanValue() ? 't' : 'f'));
                case NULL -> sha256.update((byte) 'z');
                case BINARY, POJO, MISSING ->
                        throw new IllegalArgumentException(value.getNodeType() + " is not JSON");
            }
        }

        /// The digits without zeros at their ends, and the power of ten they stand for. Not by
        /// `stripTrailingZeros`, which fails on exponents at the edge of what fits an int.
        private void number(BigDecimal number) {
            if (number.signum() == 0) {
                length('n', 0);
                return;
            }
            String digits = number.unscaledValue().toString();
            int end = digits.length();
            while (digits.charAt(end - 1) == '0') {
                end--;
            }
            bytes('n', digits.substring(0, end).getBytes(StandardCharsets.US_ASCII));
            long exponent = (long) digits.length() - end - number.scale();
            sha256.update(ByteBuffer.allocate(Long.BYTES).putLong(exponent).flip());
        }

        private void bytes(char kind, byte[] bytes) {
            length(kind, bytes.length);
            sha256.update(bytes);
        }

        private void length(char kind, int length) {
            sha256.update(
                    ByteBuffer.allocate(1 + Integer.BYTES).put((byte) kind).putInt(length).flip());
        }
    }
}
