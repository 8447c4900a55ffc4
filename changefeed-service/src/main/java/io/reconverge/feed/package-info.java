/// Serves what changed since a cursor.
@NullMarked
package io.reconverge.feed;

import org.jspecify.annotations.NullMarked;
