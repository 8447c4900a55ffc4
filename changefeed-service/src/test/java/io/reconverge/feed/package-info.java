@NullMarked
package io.reconverge.feed;

import org.jspecify.annotations.NullMarked;
