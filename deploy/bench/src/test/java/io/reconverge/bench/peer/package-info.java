@NullMarked
package io.reconverge.bench.peer;

import org.jspecify.annotations.NullMarked;
