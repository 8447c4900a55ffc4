/// All of Reconverge in one process.
@NullMarked
package io.reconverge.standalone;

import org.jspecify.annotations.NullMarked;
