package io.reconverge.wire;

import org.jspecify.annotations.Nullable;

/// What may stand as a number in JSON: what PostgreSQL's `numeric` can hold. Judged by the text, so
/// that `1e999999999` costs nothing.
final class Numerals {

    /// Characters of a number as it is written.
    static final int LENGTH_MAX = 1_000;

    private static final int DIGITS_BEFORE_POINT_MAX = 131_072;
    private static final int DIGITS_AFTER_POINT_MAX = 16_383;

    /// An exponent of as many digits as this is beyond every limit, whatever the digits.
    private static final long EXPONENT_BEYOND = 10_000_000_000L;

    private Numerals() {}

    /// What is wrong with a number, as the end of a sentence about it; null when nothing is.
    ///
    /// @param text a number by JSON's grammar
    static @Nullable String flawOf(String text) {
        if (text.length() > LENGTH_MAX) {
            return "is a number of more than " + LENGTH_MAX + " characters";
        }
        int exponentAt = indexOfExponent(text);
        long exponent = exponentOf(text, exponentAt);
        int point = text.indexOf('.');
        int wholeEnd = point < 0 ? exponentAt : point;
        int fraction = point < 0 ? 0 : exponentAt - point - 1;
        if (fraction - exponent > DIGITS_AFTER_POINT_MAX) {
            return "has more than " + DIGITS_AFTER_POINT_MAX + " digits after the point";
        }
        if (wholeDigits(text, wholeEnd, exponentAt) + exponent > DIGITS_BEFORE_POINT_MAX) {
            return "has more than " + DIGITS_BEFORE_POINT_MAX + " digits before the point";
        }
        return null;
    }

    private static int indexOfExponent(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) == 'e' || text.charAt(i) == 'E') {
                return i;
            }
        }
        return text.length();
    }

    private static long exponentOf(String text, int exponentAt) {
        if (exponentAt == text.length()) {
            return 0;
        }
        int digits = exponentAt + 1;
        boolean negative = text.charAt(digits) == '-';
        if (negative || text.charAt(digits) == '+') {
            digits++;
        }
        while (digits < text.length() - 1 && text.charAt(digits) == '0') {
            digits++;
        }
        long size =
                text.length() - digits > 10
                        ? EXPONENT_BEYOND
                        : Long.parseLong(text, digits, text.length(), 10);
        return negative ? -size : size;
    }

    /// The place of the first digit that is not 0, counted from the point: 3 for 123.4, -1 for
    /// 0.01. A zero counts as its last digit, so that one written with a huge exponent is refused
    /// as well.
    private static int wholeDigits(String text, int wholeEnd, int digitsEnd) {
        for (int i = 0; i < digitsEnd; i++) {
            char c = text.charAt(i);
            if (c >= '1' && c <= '9') {
                return i < wholeEnd ? wholeEnd - i : wholeEnd + 1 - i;
            }
        }
        return digitsEnd == wholeEnd ? 1 : wholeEnd + 2 - digitsEnd;
    }
}
