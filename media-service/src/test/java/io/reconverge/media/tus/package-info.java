@NullMarked
package io.reconverge.media.tus;

import org.jspecify.annotations.NullMarked;
