/// Resumable uploads as tus 1.0.0 has them.
@NullMarked
package io.reconverge.media.tus;

import org.jspecify.annotations.NullMarked;
