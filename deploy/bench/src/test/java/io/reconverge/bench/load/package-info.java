@NullMarked
package io.reconverge.bench.load;

import org.jspecify.annotations.NullMarked;
