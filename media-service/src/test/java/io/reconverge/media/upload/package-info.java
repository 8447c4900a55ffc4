@NullMarked
package io.reconverge.media.upload;

import org.jspecify.annotations.NullMarked;
