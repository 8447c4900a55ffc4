@NullMarked
package io.reconverge.gateway;

import org.jspecify.annotations.NullMarked;
