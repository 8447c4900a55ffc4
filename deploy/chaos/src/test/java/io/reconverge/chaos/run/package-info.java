@NullMarked
package io.reconverge.chaos.run;

import org.jspecify.annotations.NullMarked;
