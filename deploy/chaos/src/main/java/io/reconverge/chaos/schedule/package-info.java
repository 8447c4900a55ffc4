/// Which fault hits what, when and for how long: a pure function of a seed.
@NullMarked
package io.reconverge.chaos.schedule;

import org.jspecify.annotations.NullMarked;
