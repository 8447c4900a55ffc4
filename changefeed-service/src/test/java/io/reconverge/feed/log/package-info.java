@NullMarked
package io.reconverge.feed.log;

import org.jspecify.annotations.NullMarked;
