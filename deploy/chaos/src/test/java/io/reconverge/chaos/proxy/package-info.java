@NullMarked
package io.reconverge.chaos.proxy;

import org.jspecify.annotations.NullMarked;
