/// One run: the fleet, the people, the faults, the rest, the verdict.
@NullMarked
package io.reconverge.chaos.run;

import org.jspecify.annotations.NullMarked;
