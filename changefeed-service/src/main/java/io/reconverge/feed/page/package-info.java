/// Reading a space in version order, a page at a time, from a cursor.
@NullMarked
package io.reconverge.feed.page;

import org.jspecify.annotations.NullMarked;
