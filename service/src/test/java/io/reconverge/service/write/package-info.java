@NullMarked
package io.reconverge.service.write;

import org.jspecify.annotations.NullMarked;
