@NullMarked
package io.reconverge.service.problem;

import org.jspecify.annotations.NullMarked;
