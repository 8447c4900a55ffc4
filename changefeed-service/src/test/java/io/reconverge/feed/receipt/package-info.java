@NullMarked
package io.reconverge.feed.receipt;

import org.jspecify.annotations.NullMarked;
