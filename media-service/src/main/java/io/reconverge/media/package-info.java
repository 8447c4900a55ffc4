/// Blobs: their upload, their bytes, their end.
@NullMarked
package io.reconverge.media;

import org.jspecify.annotations.NullMarked;
