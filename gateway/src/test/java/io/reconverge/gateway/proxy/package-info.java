@NullMarked
package io.reconverge.gateway.proxy;

import org.jspecify.annotations.NullMarked;
