@NullMarked
package io.reconverge.bench.direct;

import org.jspecify.annotations.NullMarked;
