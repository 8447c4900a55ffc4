@NullMarked
package io.reconverge.feed.timeline;

import org.jspecify.annotations.NullMarked;
