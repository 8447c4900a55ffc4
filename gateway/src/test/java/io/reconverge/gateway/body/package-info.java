@NullMarked
package io.reconverge.gateway.body;

import org.jspecify.annotations.NullMarked;
