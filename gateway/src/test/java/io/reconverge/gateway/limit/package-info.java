@NullMarked
package io.reconverge.gateway.limit;

import org.jspecify.annotations.NullMarked;
