package io.reconverge.bench.report;

import java.util.Locale;

/// A target, and whether it was met; what could not be measured was not.
///
/// @param wanted the target, as a person says it
/// @param found what was measured
public record Check(String wanted, String found, boolean met) {

    public static Check atLeast(String wanted, double found, double bound, String unit) {
        return new Check(wanted, said(found, unit), Double.isFinite(found) && found >= bound);
    }

    public static Check atMost(String wanted, double found, double bound, String unit) {
        return new Check(wanted, said(found, unit), Double.isFinite(found) && found <= bound);
    }

    private static String said(double found, String unit) {
        return "%s %s".formatted(number(found), unit).strip();
    }

    static String number(double value) {
        double size = Math.abs(value);
        String format =
                size >= 1_000 ? "%,.0f" : size >= 100 ? "%.0f" : size >= 10 ? "%.1f" : "%.2f";
        return Double.isFinite(value) ? String.format(Locale.ROOT, format, value) : "–";
    }
}
