@NullMarked
package io.reconverge.wire;

import org.jspecify.annotations.NullMarked;
