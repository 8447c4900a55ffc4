@NullMarked
package io.reconverge.bench.report;

import org.jspecify.annotations.NullMarked;
