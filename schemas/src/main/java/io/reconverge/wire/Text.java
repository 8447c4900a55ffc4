package io.reconverge.wire;

import org.jspecify.annotations.Nullable;

/// What may stand in a string of JSON: what UTF-8 and PostgreSQL can both hold.
public final class Text {

    private Text() {}

    /// What is wrong with a string or a member's name, as the end of a sentence about it; null when
    /// nothing is.
    public static @Nullable String flawOf(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == 0) {
                return "holds U+0000, which cannot be stored";
            }
            if (Character.isSurrogate(c)) {
                if (!isPairAt(text, i)) {
                    return "holds half of a surrogate pair, which is no character";
                }
                i++;
            }
        }
        return null;
    }

    /// The same text, shown so that it can be printed and sent anywhere.
    static String printable(String text) {
        StringBuilder shown = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isISOControl(c) || (Character.isSurrogate(c) && !isPairAt(text, i))) {
                shown.append('\uFFFD');
            } else if (Character.isSurrogate(c)) {
                shown.append(c).append(text.charAt(++i));
            } else {
                shown.append(c);
            }
        }
        return shown.toString();
    }

    private static boolean isPairAt(String text, int i) {
        return Character.isHighSurrogate(text.charAt(i))
                && i + 1 < text.length()
                && Character.isLowSurrogate(text.charAt(i + 1));
    }
}
