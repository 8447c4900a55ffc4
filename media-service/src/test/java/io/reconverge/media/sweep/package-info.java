@NullMarked
package io.reconverge.media.sweep;

import org.jspecify.annotations.NullMarked;
