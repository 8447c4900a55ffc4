@NullMarked
package io.reconverge.parts.fleet;

import org.jspecify.annotations.NullMarked;
