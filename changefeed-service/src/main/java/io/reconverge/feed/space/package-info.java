/// The caller's spaces, and who shares them.
@NullMarked
package io.reconverge.feed.space;

import org.jspecify.annotations.NullMarked;
