@NullMarked
package io.reconverge.feed.page;

import org.jspecify.annotations.NullMarked;
