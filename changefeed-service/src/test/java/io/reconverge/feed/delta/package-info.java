@NullMarked
package io.reconverge.feed.delta;

import org.jspecify.annotations.NullMarked;
