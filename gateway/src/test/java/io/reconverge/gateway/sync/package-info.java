@NullMarked
package io.reconverge.gateway.sync;

import org.jspecify.annotations.NullMarked;
