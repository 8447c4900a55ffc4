@NullMarked
package io.reconverge.chaos.check;

import org.jspecify.annotations.NullMarked;
