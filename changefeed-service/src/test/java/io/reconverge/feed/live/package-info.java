@NullMarked
package io.reconverge.feed.live;

import org.jspecify.annotations.NullMarked;
