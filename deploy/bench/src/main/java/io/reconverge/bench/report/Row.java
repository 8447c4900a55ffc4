package io.reconverge.bench.report;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/// What was measured of one subject under one condition.
///
/// @param subject who was measured
/// @param condition under which
/// @param values by their names, which end with the unit, in the order to be shown
public record Row(String subject, String condition, Map<String, Double> values) {
    public Row {
        values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }

    public static Builder of(String subject, String condition) {
        return new Builder(subject, condition, new LinkedHashMap<>());
    }

    /// A row in the making.
    public record Builder(String subject, String condition, Map<String, Double> values) {
        public Builder with(String name, double value) {
            values.put(name, value);
            return this;
        }

        public Builder with(Map<String, Double> more) {
            values.putAll(more);
            return this;
        }

        public Row row() {
            return new Row(subject, condition, values);
        }
    }
}
