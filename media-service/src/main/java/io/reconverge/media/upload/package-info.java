/// Bytes on their way in, from the first to the entity that they make.
@NullMarked
package io.reconverge.media.upload;

import org.jspecify.annotations.NullMarked;
