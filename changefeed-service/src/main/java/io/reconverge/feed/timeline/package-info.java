/// Reading by time, and of several spaces at once.
@NullMarked
package io.reconverge.feed.timeline;

import org.jspecify.annotations.NullMarked;
