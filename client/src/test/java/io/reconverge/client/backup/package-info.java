@NullMarked
package io.reconverge.client.backup;

import org.jspecify.annotations.NullMarked;
