@NullMarked
package io.reconverge.client.sync;

import org.jspecify.annotations.NullMarked;
