/// How a space, its devices and the pipeline are doing.
@NullMarked
package io.reconverge.feed.status;

import org.jspecify.annotations.NullMarked;
