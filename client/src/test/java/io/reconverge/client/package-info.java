@NullMarked
package io.reconverge.client;

import org.jspecify.annotations.NullMarked;
