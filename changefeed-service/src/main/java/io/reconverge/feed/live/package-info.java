/// What happens now: the tail of the changes topic, and the readers that wait for it.
@NullMarked
package io.reconverge.feed.live;

import org.jspecify.annotations.NullMarked;
