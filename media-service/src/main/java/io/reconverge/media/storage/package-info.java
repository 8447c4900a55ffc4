/// The bucket.
@NullMarked
package io.reconverge.media.storage;

import org.jspecify.annotations.NullMarked;
