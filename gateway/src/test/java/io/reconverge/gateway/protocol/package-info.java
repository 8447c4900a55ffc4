@NullMarked
package io.reconverge.gateway.protocol;

import org.jspecify.annotations.NullMarked;
