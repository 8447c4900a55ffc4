@NullMarked
package io.reconverge.chaos.schedule;

import org.jspecify.annotations.NullMarked;
