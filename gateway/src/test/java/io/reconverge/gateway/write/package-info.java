@NullMarked
package io.reconverge.gateway.write;

import org.jspecify.annotations.NullMarked;
