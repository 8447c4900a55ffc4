@NullMarked
package io.reconverge.gateway.origin;

import org.jspecify.annotations.NullMarked;
