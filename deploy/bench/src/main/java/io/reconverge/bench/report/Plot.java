package io.reconverge.bench.report;

import java.util.ArrayList;
import java.util.List;

/// A picture of some figures.
///
/// @param kind of it
/// @param x what the horizontal axis is
/// @param y what the vertical axis is
/// @param logarithmic whether both axes are
public record Plot(
        String title, Kind kind, String x, String y, boolean logarithmic, List<Series> series) {

    /// Lines have numbers along both axes; bars have one group for each label, stacked.
    public enum Kind {
        LINES,
        BARS
    }

    /// @param labels of bars; empty for lines
    /// @param xs of lines; empty for bars
    public record Series(String name, List<String> labels, List<Double> xs, List<Double> ys) {

        public static Series line(String name) {
            return new Series(name, List.of(), new ArrayList<>(), new ArrayList<>());
        }

        public static Series bars(String name) {
            return new Series(name, new ArrayList<>(), List.of(), new ArrayList<>());
        }

        public void add(double x, double y) {
            xs.add(x);
            ys.add(y);
        }

        public void add(String label, double y) {
            labels.add(label);
            ys.add(y);
        }
    }
}
