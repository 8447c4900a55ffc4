@NullMarked
package io.reconverge.media;

import org.jspecify.annotations.NullMarked;
