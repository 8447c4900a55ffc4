/// Does to a fleet what a schedule says.
@NullMarked
package io.reconverge.chaos.fault;

import org.jspecify.annotations.NullMarked;
