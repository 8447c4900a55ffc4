/// The questions that a run asks, one class each.
@NullMarked
package io.reconverge.bench.scenario;

import org.jspecify.annotations.NullMarked;
