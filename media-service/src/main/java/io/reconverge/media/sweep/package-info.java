/// What is no longer wanted, and its end.
@NullMarked
package io.reconverge.media.sweep;

import org.jspecify.annotations.NullMarked;
