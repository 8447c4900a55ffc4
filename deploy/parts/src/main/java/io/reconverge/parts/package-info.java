/// The real parts that tests and standalone run on.
@NullMarked
package io.reconverge.parts;

import org.jspecify.annotations.NullMarked;
