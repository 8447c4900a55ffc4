@NullMarked
package io.reconverge.media.download;

import org.jspecify.annotations.NullMarked;
