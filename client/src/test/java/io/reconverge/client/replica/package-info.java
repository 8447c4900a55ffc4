@NullMarked
package io.reconverge.client.replica;

import org.jspecify.annotations.NullMarked;
