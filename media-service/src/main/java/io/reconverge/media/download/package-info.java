/// Bytes on their way out.
@NullMarked
package io.reconverge.media.download;

import org.jspecify.annotations.NullMarked;
