@NullMarked
package io.reconverge.feed.space;

import org.jspecify.annotations.NullMarked;
