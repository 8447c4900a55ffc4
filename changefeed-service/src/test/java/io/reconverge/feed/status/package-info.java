@NullMarked
package io.reconverge.feed.status;

import org.jspecify.annotations.NullMarked;
